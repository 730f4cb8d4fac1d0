import { Pencil, Send, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts } from '../../ui/Page.tsx'
import { Note, Refused, Word } from '../../ui/States.tsx'
import css from './Contacts.module.css'
import { focusFirst, RemarksForm, type Remarks } from './RemarksForm.tsx'

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
      {open === 'remarks' && <Remarked contact={contact} onClose={close} />}
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

interface Opened {
  readonly contact: Contact
  readonly onClose: () => void
}

function Remarked({ contact, onClose }: Opened) {
  const { t } = useTranslation()
  const remark = useCommand('contacts.remark')
  const save = async (remarks: Remarks): Promise<void> => {
    const result = await remark.run({ userId: contact.userId, ...remarks })
    if (!result.ok) return
    announce(t('contacts.saved'))
    onClose()
  }
  return <RemarksForm before={contact} command={remark} action={t('action.save')} onSubmit={save} onClose={onClose} />
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
