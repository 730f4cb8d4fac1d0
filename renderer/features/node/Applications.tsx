import { UserCheck } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Empty, Shown, Word } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import { Invitations } from './Invitations.tsx'
import { Members } from './Members.tsx'
import css from './Node.module.css'
import { usePages } from './pages.ts'

type Application = OperationOutput<'node.authority.applications'>['applications'][number]

const STATES = ['pending', 'approved', 'refused'] as const
const TONES = { pending: 'warn', approved: 'good', refused: 'bad' } as const

/** The authority's desk: who wants in, who is invited, who is in. */
export function Applications() {
  return (
    <>
      <Requests />
      <Invitations />
      <Members />
    </>
  )
}

function Requests() {
  const { t } = useTranslation()
  const [state, setState] = useState<(typeof STATES)[number]>('pending')
  const answer = usePages('node.authority.applications', { state }, ({ applications, more }) => ({
    rows: applications,
    more,
    next: { state, after: applications.at(-1)?.applicationNumber },
  }))
  return (
    <Section title={t('node.applications.title')}>
      <Select
        label={t('node.applications.which')}
        value={state}
        options={STATES.map((each) => [each, t(`node.applications.states.${each}`)])}
        onChange={setState}
      />
      <Shown answer={answer}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty icon={UserCheck} title={t(`node.applications.none.${state}`)}>
              {t('node.applications.noneWhat')}
            </Empty>
          ) : (
            <ul className={css['cards']}>
              {rows.map((row) => (
                <li key={row.applicationNumber} className={css['card']}>
                  <One application={row} />
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Section>
  )
}

function One({ application }: { readonly application: Application }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const [asked, ask] = useState<'approve' | 'refuse'>()
  const [reason, setReason] = useState('')
  const { applicationNumber, name, role, postalAddress, keyThumbprint, state, url, securities, certified } = application
  const asksFor = securities?.filter((security) => certified?.includes(security) !== true)
  const compared = [
    [t('node.applications.number'), applicationNumber],
    [t('node.applications.name'), name],
    [
      t('node.applications.role'),
      certified === undefined ? t(`node.members.roles.${role}`) : t('node.applications.wider'),
    ],
    ...(postalAddress === undefined ? [] : [[t('node.applications.address'), postalAddress] as const]),
    ...(url === undefined ? [] : [[t('node.applications.url'), url] as const]),
    ...(certified === undefined ? [] : [[t('node.applications.certified'), certified.join(', ')] as const]),
    ...(asksFor === undefined ? [] : [[t('node.applications.securities'), asksFor.join(', ')] as const]),
    [
      t('node.applications.key'),
      <span key="key" className={css['mono']} translate="no">
        {keyThumbprint}
      </span>,
    ],
  ] as const
  const close = (): void => ask(undefined)
  return (
    <>
      <Facts
        facts={[
          ...compared,
          [t('node.applications.received'), dateTime(application.receivedAt)],
          ...(application.reason === undefined ? [] : [[t('node.applications.reason'), application.reason] as const]),
          ...(application.userId === undefined ? [] : [[t('node.members.userId'), application.userId] as const]),
        ]}
      />
      {state === 'pending' ? (
        <div className={css['row']}>
          <Button onPress={() => ask('approve')}>{t('node.applications.approve')}</Button>
          <Button onPress={() => ask('refuse')}>{t('node.applications.refuse')}</Button>
        </div>
      ) : (
        <div>
          <Word tone={TONES[state]}>{t(`node.applications.word.${state}`)}</Word>
        </div>
      )}
      {asked === 'approve' && (
        <Ask
          title={t('node.applications.approveTitle', { name })}
          what={t(certified === undefined ? 'node.applications.compare' : 'node.applications.compareWider')}
          facts={compared}
          action={t(certified === undefined ? 'node.applications.approveNow' : 'node.applications.approveWider')}
          done={t('node.applications.approved', { name })}
          act={() => wallet().call('node.authority.approve', { applicationNumber })}
          onClose={close}
        />
      )}
      {asked === 'refuse' && (
        <Ask
          title={t('node.applications.refuseTitle', { name })}
          what={t('node.applications.refuseWhat')}
          action={t('node.applications.refuseNow')}
          done={t('node.applications.refused', { name })}
          act={() => wallet().call('node.authority.refuse', { applicationNumber, reason: reason.trim() })}
          onClose={close}
        >
          <TextField
            label={t('node.applications.reason')}
            isRequired
            maxLength={500}
            value={reason}
            onChange={setReason}
          />
        </Ask>
      )}
    </>
  )
}
