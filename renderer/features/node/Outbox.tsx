import { useTranslation } from 'react-i18next'
import type { NodeRole } from '../../../shared/bundled-node/plan.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Facts, Section } from '../../ui/Page.tsx'
import { Shown } from '../../ui/States.tsx'
import css from './Node.module.css'

type Waiting = OperationOutput<`node.${NodeRole}.outbox`>['peers'][number]

/** What the servers here have decided and others have not answered yet. It is sent again and again by itself. */
export function Outbox({ roles }: { readonly roles: readonly NodeRole[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('node.outbox.title')}>
      <p className={css['soft']}>{t('node.outbox.what')}</p>
      <Facts facts={roles.map((role) => [t(`node.roles.${role}`), <OfRole key={role} role={role} />])} />
    </Section>
  )
}

function OfRole({ role }: { readonly role: NodeRole }) {
  const { t } = useTranslation()
  const answer = useAnswer(`node.${role}.outbox`, {})
  return (
    <Shown answer={answer}>
      {({ peers }) =>
        peers.length === 0 ? (
          t('node.outbox.none')
        ) : (
          <ul className={css['waiting']}>
            {peers.map((peer) => (
              <Peer key={peer.userId} peer={peer} />
            ))}
          </ul>
        )
      }
    </Shown>
  )
}

function Peer({ peer: { userId, messages, operation, since, failures, code } }: { readonly peer: Waiting }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const words = useRefusalWords()
  return (
    <li>
      {t('node.outbox.messages', { count: messages, userId, since: dateTime(since) })}{' '}
      <span className={css['mono']} translate="no">
        {operation}
      </span>
      {failures > 0 && (
        <p className={css['soft']}>
          {t('node.outbox.failures', { count: failures })} {code !== undefined && words({ code })}
        </p>
      )}
    </li>
  )
}
