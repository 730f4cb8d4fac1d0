import { Pencil, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts } from '../../ui/Page.tsx'
import { Note, Refused, Word } from '../../ui/States.tsx'
import css from './Contacts.module.css'

export function ContactCard({ contact }: { readonly contact: Contact }) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const [open, setOpen] = useState<'remarks' | 'removal'>()
  const { userId, name, label, note } = contact
  const close = (): void => setOpen(undefined)
  return (
    <li className={css['card']}>
      <div className={css['head']}>
        <h3>
          {name}
          {label !== undefined && <span className={css['label']}>{label}</span>}
        </h3>
        <Standing contact={contact} />
      </div>
      {note !== undefined && <p className={css['note']}>{note}</p>}
      <Facts
        facts={[
          [t('contacts.userId'), userId],
          [t('contacts.notAfter'), date(contact.notAfter)],
          [t('contacts.addedAt'), date(contact.addedAt)],
        ]}
      />
      {open === undefined && (
        <div className={css['row']}>
          <LinkButton href={pathTo('transfers', 'send', 'to', userId)}>
            <Send aria-hidden="true" size={18} />
            {t('contacts.send')}
          </LinkButton>
          <Button onPress={() => setOpen('remarks')}>
            <Pencil aria-hidden="true" size={18} />
            {t('contacts.edit')}
          </Button>
          <Button onPress={() => setOpen('removal')}>
            <Trash2 aria-hidden="true" size={18} />
            {t('contacts.remove')}
          </Button>
        </div>
      )}
      {open === 'remarks' && <Remarks contact={contact} onClose={close} />}
      {open === 'removal' && <Removal contact={contact} onClose={close} />}
    </li>
  )
}

/** The file may be too old to be used, or come from another market; the wallet refuses both when it is used. */
function Standing({ contact: { market, notAfter } }: { readonly contact: Contact }) {
  const { t } = useTranslation()
  const overview = useOverview()
  const [now] = useState(() => Date.now())
  const own = overview.state === 'ready' ? overview.value.wallet?.market?.marketName : undefined
  if (notAfter <= now) return <Word tone="bad">{t('contacts.expired')}</Word>
  if (own !== undefined && market !== own)
    return (
      <Word tone="warn">
        {t('contacts.otherMarket')}: {market}
      </Word>
    )
  return (
    <span className={css['soft']}>
      {t('contacts.market')}: {market}
    </span>
  )
}

/** What was pressed is gone: the focus goes on to what came in its place. */
function focusFirst(opened: HTMLElement | null): void {
  opened?.querySelector<HTMLElement>('input, button')?.focus()
}

interface Opened {
  readonly contact: Contact
  readonly onClose: () => void
}

function Remarks({ contact, onClose }: Opened) {
  const { t } = useTranslation()
  const remark = useCommand('contacts.remark')
  const [label, setLabel] = useState(contact.label ?? '')
  const [note, setNote] = useState(contact.note ?? '')
  const save = async (): Promise<void> => {
    const result = await remark.run({ userId: contact.userId, label: label.trim(), note: note.trim() })
    if (!result.ok) return
    announce(t('contacts.saved'))
    onClose()
  }
  return (
    <Form
      ref={focusFirst}
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextField label={t('contacts.label')} maxLength={80} value={label} onChange={setLabel} />
      <TextField
        label={t('contacts.note')}
        hint={t('contacts.remarksWhat')}
        rows={3}
        maxLength={2000}
        value={note}
        onChange={setNote}
      />
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={remark.busy}>
          {t('action.save')}
        </Button>
        <Button onPress={onClose}>{t('action.cancel')}</Button>
      </div>
      <Refused refusal={remark.refusal} />
    </Form>
  )
}

function Removal({ contact: { userId, name }, onClose }: Opened) {
  const { t } = useTranslation()
  const remove = useCommand('contacts.remove')
  const go = async (): Promise<void> => {
    const result = await remove.run({ userId })
    if (result.ok) announce(t('contacts.removed', { name }))
  }
  return (
    <div ref={focusFirst} className={css['form']}>
      <Note tone="warn">{t('contacts.removeWhat', { name })}</Note>
      <div className={css['row']}>
        <Button isPending={remove.busy} onPress={() => void go()}>
          {t('contacts.removeSure')}
        </Button>
        <Button onPress={onClose}>{t('action.cancel')}</Button>
      </div>
      <Refused refusal={remove.refusal} />
    </div>
  )
}
