import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note } from '../../ui/States.tsx'
import { DeskRefused } from './DeskRefused.tsx'
import css from './Node.module.css'

const ROLES = ['investor', 'issuer', 'exchange', 'settlement'] as const
const DAYS = ['1', '7', '30'] as const
const DAY_MS = 24 * 60 * 60 * 1000

/** A code that approves one application; it is shown once. */
export function Invitations() {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const invite = useCommand('node.authority.invite')
  const [role, setRole] = useState<(typeof ROLES)[number]>('investor')
  const [days, setDays] = useState<(typeof DAYS)[number]>('7')
  const [securities, setSecurities] = useState('')
  const [made, setMade] = useState<{ readonly invitation: string; readonly validUntil: number }>()
  const make = async (): Promise<void> => {
    setMade(undefined)
    const result = await invite.run({
      role,
      validUntil: Date.now() + Number(days) * DAY_MS,
      ...(role === 'issuer' && {
        securities: securities
          .toUpperCase()
          .split(/[\s,、]+/u)
          .filter(Boolean),
      }),
    })
    if (result.ok) setMade(result.value)
  }
  return (
    <Section title={t('node.invitations.title')}>
      <p>{t('node.invitations.what')}</p>
      <Form
        className={cls(css['form'])}
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <div className={css['pair']}>
          <Select
            label={t('node.invitations.role')}
            value={role}
            options={ROLES.map((each) => [each, t(`node.members.roles.${each}`)])}
            onChange={setRole}
          />
          <Select
            label={t('node.invitations.days')}
            value={days}
            options={DAYS.map((each) => [each, t('node.invitations.day', { count: Number(each) })])}
            onChange={setDays}
          />
        </div>
        {role === 'issuer' && (
          <TextField
            label={t('node.invitations.securities')}
            hint={t('node.invitations.securitiesHint')}
            isRequired
            value={securities}
            onChange={setSecurities}
          />
        )}
        <div className={css['row']}>
          <Button type="submit" isPending={invite.busy}>
            {t('node.invitations.make')}
          </Button>
        </div>
        <DeskRefused refusal={invite.refusal} />
      </Form>
      <div aria-live="polite">
        {made !== undefined && (
          <Note tone="good">
            <p>{t('node.invitations.made', { until: dateTime(made.validUntil) })}</p>
            <code className={css['mono']} translate="no">
              {made.invitation}
            </code>
          </Note>
        )}
      </div>
    </Section>
  )
}
