import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import type { OrderStatus } from '../../../shared/documents/order.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused, Shown, Word } from '../../ui/States.tsx'
import css from './Market.module.css'
import { Replace } from './Replace.tsx'
import type { Listing } from '../../api/market.ts'

const TONES = {
  holding: 'warn',
  open: 'good',
  partly_filled: 'good',
  filled: 'calm',
  cancelled: 'calm',
  expired: 'calm',
  refused: 'bad',
} as const
const ENDED: ReadonlySet<OrderStatus['state']> = new Set(['filled', 'cancelled', 'expired', 'refused'])
const RESTING: ReadonlySet<OrderStatus['state']> = new Set(['open', 'partly_filled'])
/** Of those that have ended; each press shows as many more. */
const ROWS = 20

/** One's own, those of one security or all: first every one that is open, then those that have ended, each the newest first. */
export function Orders({ listing }: { readonly listing?: Listing }) {
  const { t } = useTranslation()
  const orders = useAnswer('orders.list', {})
  const [length, setLength] = useState(ROWS)
  const isShown = (ref: ClassRef): boolean => listing === undefined || classKey(ref) === classKey(listing)
  return (
    <Section title={t('market.orders')}>
      <Shown answer={orders}>
        {(all) => {
          const shown = all.filter(({ status }) => status === undefined || isShown(status))
          if (shown.length === 0)
            return (
              <p className={css['soft']}>
                {t(listing === undefined ? 'market.ordersEmpty' : 'market.ordersEmptyHere')}
              </p>
            )
          const ended = shown.filter(hasEnded)
          const open = shown.filter((order) => !hasEnded(order))
          return (
            <>
              <ul className={css['rows']}>
                {[...open, ...ended.slice(0, length)].map(({ receptionNumber, status }) => (
                  <li key={receptionNumber}>
                    {status === undefined ? (
                      <>
                        {receptionNumber} <Word tone="warn">{t('market.waiting')}</Word>
                      </>
                    ) : (
                      <One status={status} listing={listing} />
                    )}
                  </li>
                ))}
              </ul>
              {ended.length > length && (
                <Button onPress={() => setLength(length + ROWS)}>{t('market.moreOrders')}</Button>
              )}
            </>
          )
        }}
      </Shown>
    </Section>
  )
}

function hasEnded({ status }: { readonly status?: OrderStatus | undefined }): boolean {
  return status !== undefined && ENDED.has(status.state)
}

function One({ status, listing }: { readonly status: OrderStatus; readonly listing: Listing | undefined }) {
  const { t } = useTranslation()
  const { dateTime, count } = useFormats()
  const words = useRefusalWords()
  const cancel = useCommand('orders.cancel')
  const [changes, setChanges] = useState(false)
  const { receptionNumber, quantity, filled, state, reason, timeInForce } = status
  const sharesOf = (shares: bigint): string => t('shares', { count: Number(shares), formatted: count(shares) })
  const rests = RESTING.has(state)
  const take = async (): Promise<void> => {
    const done = await cancel.run({ receptionNumber })
    if (done.ok) announce(t('market.cancelled', { formatted: sharesOf(done.value.cancelled) }))
  }
  return (
    <>
      <div className={css['order']}>
        <div className={css['grow']}>
          <span className={css['company']}>
            {listing === undefined && (
              <>
                <a href={pathTo('market', classKey(status))}>{status.security}</a>
                {' · '}
              </>
            )}
            <Line status={status} />
          </span>
          <span className={css['soft']}>
            {receptionNumber} · {dateTime(status.receivedAt)} · {t(`market.times.${timeInForce.kind}`)}
            {timeInForce.kind === 'good_till_date' && ` (${dateTime(timeInForce.until)})`}
          </span>
          <span className={css['soft']}>
            <Covered text={t('market.filled', { filled: count(filled), quantity: count(quantity) })} />
          </span>
        </div>
        <Word tone={TONES[state]}>{t(`market.orderStates.${state}`)}</Word>
        {rests && (
          <div className={css['between']}>
            {listing !== undefined && (
              <Button aria-expanded={changes} onPress={() => setChanges(!changes)}>
                {t('market.replace')}
              </Button>
            )}
            <Button isPending={cancel.busy} onPress={() => void take()}>
              {t('market.cancel')}
            </Button>
          </div>
        )}
      </div>
      {state === 'refused' && reason !== undefined && <p className={css['soft']}>{words({ code: reason })}</p>}
      <Matches status={status} />
      <Refused refusal={cancel.refusal} />
      {changes && rests && listing !== undefined && (
        <Replace status={status} listing={listing} onDone={() => setChanges(false)} />
      )}
    </>
  )
}

function Line({ status: { side, quantity, price, currency } }: { readonly status: OrderStatus }) {
  const { t } = useTranslation()
  const { count, money } = useFormats()
  const words = {
    side: t(`market.sides.${side}`),
    formatted: t('shares', { count: Number(quantity), formatted: count(quantity) }),
  }
  return (
    <Covered
      text={
        price.kind === 'limit'
          ? t('market.orderLine', { ...words, price: money(price.limitMinor, currency) })
          : t('market.orderLineMarket', words)
      }
    />
  )
}

function Matches({ status: { matches, currency } }: { readonly status: OrderStatus }) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  if (matches.length === 0) return null
  return (
    <details className={css['details']}>
      <summary>{t('market.matches', { count: matches.length })}</summary>
      <ul>
        {matches.map(({ matchNumber, quantity, priceMinor, state }) => (
          <li key={matchNumber}>
            {matchNumber} ·{' '}
            <Covered
              text={t('market.matchLine', {
                formatted: t('shares', { count: Number(quantity), formatted: count(quantity) }),
                price: money(priceMinor, currency),
              })}
            />{' '}
            · {t(`market.matchStates.${state}`)}
          </li>
        ))}
      </ul>
    </details>
  )
}
