import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { OrderStatus } from '../../../shared/documents/order.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Shown, Word } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import { CancelOrders } from './CancelOrders.tsx'
import { Ground } from './Ground.tsx'
import { Matches } from './Matches.tsx'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table } from './Table.tsx'

type Listing = OperationOutput<'node.exchange.listings'>['listings'][number]

/** The exchange's desk: which securities are traded, what rests in the books, and what is matched and not settled yet. */
export function MarketState() {
  return (
    <>
      <Listings />
      <OpenOrders />
      <Matches />
    </>
  )
}

function Listings() {
  const { t } = useTranslation()
  const { money } = useFormats()
  const answer = useAnswer('node.exchange.listings', {})
  const [switched, askToSwitch] = useState<Listing>()
  return (
    <Section title={t('node.trading.title')}>
      <Shown answer={answer}>
        {({ listings }) => (
          <Table
            label={t('node.trading.title')}
            rows={listings}
            keyOf={classKey}
            columns={[
              {
                title: t('node.trading.security'),
                cell: ({ companyName, security, shareClass }) => (
                  <>
                    {companyName}{' '}
                    <span className={css['soft']}>
                      {security}, {t(`shareClass.${shareClass}`)}
                    </span>
                  </>
                ),
              },
              {
                title: t('node.trading.reference'),
                atEnd: true,
                cell: ({ referencePriceMinor, currency }) => money(referencePriceMinor, currency),
              },
              {
                title: t('node.trading.limits'),
                atEnd: true,
                cell: ({ lowerLimitMinor, upperLimitMinor, currency }) =>
                  t('node.trading.range', {
                    from: money(lowerLimitMinor, currency),
                    to: money(upperLimitMinor, currency),
                  }),
              },
              {
                title: t('node.trading.state'),
                cell: ({ state }) => (
                  <Word tone={state === 'halted' ? 'bad' : 'good'}>{t(`node.trading.states.${state}`)}</Word>
                ),
              },
              {
                title: t('node.members.action'),
                atEnd: true,
                cell: (listing) => (
                  <Button
                    aria-label={t(listing.state === 'halted' ? 'node.trading.resumeWhich' : 'node.trading.haltWhich', {
                      company: listing.companyName,
                    })}
                    onPress={() => askToSwitch(listing)}
                  >
                    {t(listing.state === 'halted' ? 'node.trading.resume' : 'node.trading.halt')}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Shown>
      {switched !== undefined && <Switched listing={switched} onClose={() => askToSwitch(undefined)} />}
    </Section>
  )
}

function Switched({ listing, onClose }: { readonly listing: Listing; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const [ground, setGround] = useState('')
  const { security, shareClass, companyName, state } = listing
  const halted = state === 'trading'
  return (
    <Ask
      title={t(halted ? 'node.trading.haltWhich' : 'node.trading.resumeWhich', { company: companyName })}
      what={t(halted ? 'node.trading.haltWhat' : 'node.trading.resumeWhat')}
      action={t(halted ? 'node.trading.halt' : 'node.trading.resume')}
      done={t(halted ? 'node.trading.halted' : 'node.trading.resumed', { company: companyName })}
      act={() => wallet().call('node.exchange.halt', { security, shareClass, halted, ground: ground.trim() })}
      onClose={onClose}
    >
      <Ground ground={ground} onChange={setGround} />
    </Ask>
  )
}

function OpenOrders() {
  const { t } = useTranslation()
  const { money, count, dateTime } = useFormats()
  const [isCancelling, setCancelling] = useState(false)
  const answer = usePages<'node.exchange.orders', OrderStatus>(
    'node.exchange.orders',
    { openOnly: true },
    ({ orders, more }) => ({ rows: orders, more, next: { openOnly: true, before: orders.at(-1)?.receptionNumber } }),
  )
  return (
    <Section title={t('node.orders.title')}>
      <Shown answer={answer}>
        {({ rows, more }) =>
          rows.length === 0 ? (
            <p className={css['soft']}>{t('node.orders.none')}</p>
          ) : (
            <>
              <Table
                label={t('node.orders.title')}
                rows={rows}
                keyOf={({ receptionNumber }) => receptionNumber}
                columns={[
                  { title: t('node.orders.number'), cell: ({ receptionNumber }) => receptionNumber },
                  { title: t('node.orders.received'), cell: ({ receivedAt }) => dateTime(receivedAt) },
                  { title: t('node.orders.side'), cell: ({ side }) => t(`node.orders.sides.${side}`) },
                  { title: t('node.trading.security'), cell: ({ security }) => security },
                  {
                    title: t('node.orders.limit'),
                    atEnd: true,
                    cell: ({ price, currency }) =>
                      price.kind === 'limit' ? money(price.limitMinor, currency) : t('node.orders.market'),
                  },
                  {
                    title: t('node.orders.filled'),
                    atEnd: true,
                    cell: ({ filled, quantity }) =>
                      t('node.offerings.of', { subscribed: count(filled), quantity: count(quantity) }),
                  },
                  { title: t('node.members.userId'), cell: ({ userId }) => userId },
                ]}
              />
              {more && <Note tone="warn">{t('node.more')}</Note>}
              <div className={css['row']}>
                <Button onPress={() => setCancelling(true)}>{t('node.cancel.begin')}</Button>
              </div>
            </>
          )
        }
      </Shown>
      {isCancelling && <CancelOrders onClose={() => setCancelling(false)} />}
    </Section>
  )
}
