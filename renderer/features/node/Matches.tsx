import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button } from '../../ui/Button.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Shown, Word } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import { Ground } from './Ground.tsx'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table } from './Table.tsx'

type Match = OperationOutput<'node.exchange.matches'>['matches'][number]

const STATES = ['matched', 'transfer_asked', 'transferred', 'settlement_asked'] as const

/** Matches that are not settled yet. One with a reason stands still until somebody decides (S131, S132). */
export function Matches() {
  const { t } = useTranslation()
  const { count, dateTime } = useFormats()
  const words = useRefusalWords()
  const [resolved, resolve] = useState<Match>()
  const answer = usePages('node.exchange.matches', { openOnly: true }, ({ matches, more }) => ({
    rows: matches,
    more,
    next: { openOnly: true, before: matches.at(-1)?.matchNumber },
  }))
  return (
    <Section title={t('node.matches.title')}>
      <Shown answer={answer}>
        {({ rows, more }) =>
          rows.length === 0 ? (
            <p className={css['soft']}>{t('node.matches.none')}</p>
          ) : (
            <>
              <Table
                label={t('node.matches.title')}
                rows={rows}
                keyOf={({ matchNumber }) => matchNumber}
                columns={[
                  { title: t('node.orders.number'), cell: ({ matchNumber }) => matchNumber },
                  { title: t('node.orders.sides.buy'), cell: ({ buyReceptionNumber }) => buyReceptionNumber },
                  { title: t('node.orders.sides.sell'), cell: ({ sellReceptionNumber }) => sellReceptionNumber },
                  { title: t('node.register.quantity'), atEnd: true, cell: ({ quantity }) => count(quantity) },
                  { title: t('node.matches.since'), cell: ({ since }) => dateTime(since) },
                  {
                    title: t('node.trading.state'),
                    cell: ({ state, reason }) => (
                      <>
                        <State state={state} isStuck={reason !== undefined} />{' '}
                        {reason !== undefined && <span className={css['soft']}>{words({ code: reason })}</span>}
                      </>
                    ),
                  },
                  {
                    title: t('node.members.action'),
                    atEnd: true,
                    cell: (match) =>
                      match.reason !== undefined && (
                        <Button
                          aria-label={t('node.matches.resolveWhich', { number: match.matchNumber })}
                          onPress={() => resolve(match)}
                        >
                          {t('node.matches.resolve')}
                        </Button>
                      ),
                  },
                ]}
              />
              {more && <Note tone="warn">{t('node.more')}</Note>}
            </>
          )
        }
      </Shown>
      {resolved !== undefined && <Resolve match={resolved} onClose={() => resolve(undefined)} />}
    </Section>
  )
}

/** What a later program calls a state is shown as it is. */
function State({ state, isStuck }: { readonly state: string; readonly isStuck: boolean }) {
  const { t } = useTranslation()
  const known = STATES.find((each) => each === state)
  return <Word tone={isStuck ? 'bad' : 'calm'}>{known === undefined ? state : t(`node.matches.states.${known}`)}</Word>
}

function Resolve({ match, onClose }: { readonly match: Match; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const words = useRefusalWords()
  const { matchNumber, state, reason = '', quantity, buyReceptionNumber, sellReceptionNumber } = match
  // Shares that have moved are paid for: nothing takes them back.
  const mayVoid = state === 'transfer_asked'
  const [how, setHow] = useState<'ask' | 'void'>('ask')
  const [ground, setGround] = useState('')
  return (
    <Ask
      title={t('node.matches.resolveWhich', { number: matchNumber })}
      what={t(how === 'void' ? 'node.matches.voidWhat' : mayVoid ? 'node.matches.askIssuer' : 'node.matches.askMoney')}
      facts={[
        [t('node.matches.why'), words({ code: reason })],
        [t('node.orders.sides.buy'), buyReceptionNumber],
        [t('node.orders.sides.sell'), sellReceptionNumber],
        [t('node.register.quantity'), count(quantity)],
      ]}
      action={t(how === 'void' ? 'node.matches.void' : 'node.matches.ask')}
      done={t('node.matches.resolved', { number: matchNumber })}
      act={() => wallet().call('node.exchange.resolve', { matchNumber, how, ground: ground.trim() })}
      onClose={onClose}
    >
      {mayVoid && (
        <Choice
          label={t('node.matches.how')}
          value={how}
          options={[
            ['ask', t('node.matches.ask')],
            ['void', t('node.matches.void')],
          ]}
          onChange={setHow}
        />
      )}
      <Ground ground={ground} onChange={setGround} />
    </Ask>
  )
}
