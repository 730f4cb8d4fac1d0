import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { Contact } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { useOpened } from '../../app/opened.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { LinkButton } from '../../ui/Button.tsx'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Loading, Note, Refused } from '../../ui/States.tsx'
import css from './Contacts.module.css'
import { RemarksForm, type Remarks } from './RemarksForm.tsx'

type Identified = OperationOutput<'files.identify'>

interface Given {
  readonly text: string
  readonly file: Identified
}

/** From an identity file to a contact: whose it is, under which label, and only then it is added. */
export function AddContact({ contacts }: { readonly contacts: readonly Contact[] }) {
  const { t } = useTranslation()
  const identify = useCommand('files.identify')
  const [given, setGiven] = useState<Given>()
  const open = async (text: string): Promise<void> => {
    setGiven(undefined)
    const file = await identify.run({ text })
    if (file.ok) setGiven({ text, file: file.value })
  }
  useOpened('identity', (text) => void open(text))
  const person = given?.file.person
  if (given !== undefined && person !== undefined)
    return (
      <Section title={t('contacts.addWhom', { name: person.name })}>
        <Named
          key={given.text}
          text={given.text}
          person={person}
          known={contacts.find(({ userId }) => userId === person.userId)}
          onClose={() => setGiven(undefined)}
        />
      </Section>
    )
  return (
    <Section title={t('contacts.add')}>
      {given !== undefined && given.file.kind !== 'identity' && (
        <Note tone="warn">
          {t(`contacts.other.${given.file.kind}`)}
          {given.file.kind === 'endorsement' && (
            <div className={css['row']}>
              <LinkButton href={pathTo('transfers')}>{t('contacts.toTransfers')}</LinkButton>
            </div>
          )}
        </Note>
      )}
      {identify.busy ? <Loading /> : <FileDrop label={t('contacts.drop')} onText={(text) => void open(text)} />}
      <Refused refusal={identify.refusal} />
    </Section>
  )
}

function Named({
  text,
  person: { userId, name, market, notAfter },
  known,
  onClose,
}: {
  readonly text: string
  readonly person: NonNullable<Identified['person']>
  readonly known: Contact | undefined
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const add = useCommand('contacts.add')
  const keep = async (remarks: Remarks): Promise<void> => {
    const result = await add.run({ text, ...remarks })
    if (!result.ok) return
    announce(t('contacts.added', { name }))
    onClose()
  }
  return (
    <RemarksForm
      before={known}
      command={add}
      action={
        <>
          <UserPlus aria-hidden="true" size={18} />
          {t('contacts.addSure')}
        </>
      }
      onSubmit={keep}
      onClose={onClose}
    >
      <Facts
        facts={[
          [t('contacts.userId'), userId],
          [t('contacts.market'), market],
          [t('contacts.notAfter'), date(notAfter)],
        ]}
      />
      {known !== undefined && <Note tone="calm">{t('contacts.known')}</Note>}
    </RemarksForm>
  )
}
