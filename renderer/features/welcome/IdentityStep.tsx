import { Hourglass, RefreshCw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Note, Refused } from '../../ui/States.tsx'
import css from './Welcome.module.css'

/** Light for the authority, and nobody waits long after its decision. */
const ASK_EVERY_MS = 5_000

export function IdentityStep({ overview }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const market = overview.wallet?.market?.marketName ?? ''
  const enrolment = overview.wallet?.enrolment
  return (
    <Section title={t('welcome.identity.title')}>
      {enrolment?.state === 'pending' ? (
        <Pending number={enrolment.applicationNumber} />
      ) : (
        <>
          {enrolment?.state === 'refused' && (
            <Note tone="bad">
              <p>{t('welcome.identity.refused')}</p>
              {enrolment.reason !== undefined && <p>{t('welcome.identity.reason', { reason: enrolment.reason })}</p>}
              <p>{t('welcome.identity.anew')}</p>
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

function Pending({ number }: { readonly number: string }) {
  const { t } = useTranslation()
  const { reload, ...enrolment } = useAnswer('identity.enrolment', {})
  useEffect(() => {
    const timer = setInterval(reload, ASK_EVERY_MS)
    return () => clearInterval(timer)
  }, [reload])
  return (
    <Empty
      icon={Hourglass}
      title={t('welcome.identity.pending')}
      action={
        <>
          <Button onPress={reload}>
            <RefreshCw aria-hidden="true" size={18} />
            {t('welcome.identity.look')}
          </Button>
          <Refused refusal={enrolment.state === 'failed' ? enrolment.refusal : undefined} />
        </>
      }
    >
      {t('welcome.identity.pendingWhat', { number })}
    </Empty>
  )
}
