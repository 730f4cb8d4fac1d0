import { useTranslation } from 'react-i18next'
import type { Contact } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { Select } from '../../ui/Field.tsx'
import { FileDrop } from '../../ui/FileDrop.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Transfers.module.css'

/** A contact, or somebody's identity file, which makes them one: so the form can say whose it is. */
export function ToWhom({
  contacts,
  to,
  onChange,
}: {
  readonly contacts: readonly Contact[]
  readonly to: string
  readonly onChange: (userId: string) => void
}) {
  const { t } = useTranslation()
  const add = useCommand('contacts.add')
  const open = async (text: string): Promise<void> => {
    const added = await add.run({ text })
    if (added.ok) onChange(added.value.userId)
  }
  const known = contacts.map(({ userId, name, label }): [string, string] => [
    userId,
    [name, label, userId].filter((part) => part !== undefined).join(' · '),
  ])
  return (
    <Section title={t('transfers.form.to')}>
      {contacts.length === 0 ? (
        <p className={css['soft']}>{t('transfers.form.noContacts')}</p>
      ) : (
        <Select
          label={t('transfers.form.contact')}
          value={to}
          options={[['', t('transfers.form.choose')], ...known]}
          onChange={onChange}
        />
      )}
      <FileDrop
        label={t(contacts.length === 0 ? 'transfers.form.dropFirst' : 'transfers.form.drop')}
        onText={(text) => void open(text)}
      />
      <Refused refusal={add.refusal} />
    </Section>
  )
}
