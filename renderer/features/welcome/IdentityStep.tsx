import { Hourglass, RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Empty, Note, Refused } from '../../ui/States.tsx'
import css from './Welcome.module.css'

export function IdentityStep({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const market = overview.wallet?.market?.marketName ?? ''
  const enrolment = overview.wallet?.enrolment
  return (
    <Section title={t('welcome.identity.title')}>
      {enrolment?.state === 'pending' ? (
        <Pending number={enrolment.applicationNumber} since={enrolment.since} />
      ) : (
        <>
          {enrolment?.state === 'refused' && (
            <Note tone="bad">
              <p>{t('welcome.identity.refused')}</p>
              {enrolment.reason !== undefined && <p>{t('welcome.identity.reason', { reason: enrolment.reason })}</p>}
              <p>{t('welcome.identity.anew', { number: enrolment.applicationNumber })}</p>
            </Note>
          )}
          <p>{t('welcome.identity.what', { market })}</p>
          <Apply />
        </>
      )}
    </Section>
  )
}

function Apply() {
  const { t } = useTranslation()
  const apply = useCommand('identity.apply')
  const [name, setName] = useState('')
  const [postalAddress, setPostalAddress] = useState('')
  const [invitation, setInvitation] = useState('')
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        const code = invitation.trim()
        void apply.run({
          name: name.trim(),
          postalAddress: postalAddress.trim(),
          ...(code !== '' && { invitation: code }),
        })
      }}
    >
      <TextField
        label={t('welcome.identity.name')}
        hint={t('welcome.identity.nameHint')}
        autoComplete="name"
        isRequired
        maxLength={120}
        value={name}
        onChange={setName}
      />
      <TextField
        label={t('welcome.identity.address')}
        hint={t('welcome.identity.addressHint')}
        autoComplete="street-address"
        isRequired
        maxLength={300}
        value={postalAddress}
        onChange={setPostalAddress}
      />
      <TextField
        label={t('welcome.identity.invitation')}
        autoComplete="off"
        maxLength={200}
        value={invitation}
        onChange={setInvitation}
      />
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={apply.busy}>
          {t('welcome.identity.apply')}
        </Button>
      </div>
      <Refused refusal={apply.refusal} />
    </Form>
  )
}

function Pending({ number, since }: { readonly number: string; readonly since: number }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const { run, busy, refusal } = useCommand('identity.enrolment')
  // The host asks by itself, now and then; whoever comes back to this window wants to know at once.
  useEffect(() => {
    const ask = (): void => void run({})
    window.addEventListener('focus', ask)
    return () => window.removeEventListener('focus', ask)
  }, [run])
  return (
    <Empty
      icon={Hourglass}
      title={t('welcome.identity.pending')}
      action={
        <>
          <Facts
            facts={[
              [t('welcome.identity.number'), number],
              [t('welcome.identity.since'), dateTime(since)],
            ]}
          />
          <Button isPending={busy} onPress={() => void run({})}>
            <RefreshCw aria-hidden="true" size={18} />
            {t('welcome.identity.look')}
          </Button>
          <Refused refusal={refusal} />
        </>
      }
    >
      {t('welcome.identity.pendingWhat')}
    </Empty>
  )
}
