import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered, Money, Shares } from '../../ui/Amount.tsx'
import { Facts } from '../../ui/Page.tsx'
import { Note, Refused, Shown } from '../../ui/States.tsx'
import type { OrderForm } from './draft.ts'
import css from './Market.module.css'
import type { Listing } from '../../api/market.ts'

/** What the order costs or brings, and what it takes, before anything is signed. */
export function Preview({ order, listing }: { readonly order: OrderForm; readonly listing: Listing }) {
  return (
    <div className={css['preview']} aria-live="polite">
      {order.side === 'buy' ? <Purchase order={order} listing={listing} /> : <Sale order={order} listing={listing} />}
    </div>
  )
}

function Purchase({ order, listing }: { readonly order: OrderForm; readonly listing: Listing }) {
  const { t } = useTranslation()
  const { currency, upperLimitMinor } = listing
  const statement = useAnswer('cash.statement', { currency })
  const available = statement.state === 'ready' ? statement.value.availableMinor : undefined
  // [TR2] Without a limit it can cost as much as the limit of the day.
  const holdMinor = order.quantity * (order.price.kind === 'limit' ? order.price.limitMinor : upperLimitMinor)
  const isShort = available !== undefined && available < holdMinor
  return (
    <>
      <Facts
        facts={[
          [
            t('market.costs'),
            order.price.kind === 'market' ? (
              t('market.atMarket')
            ) : (
              <Money key="cost" minor={holdMinor} currency={currency} />
            ),
          ],
          [t('market.hold'), <Money key="hold" minor={holdMinor} currency={currency} />],
          [
            t('market.availableAfter'),
            available === undefined || isShort ? (
              '–'
            ) : (
              <Money key="after" minor={available - holdMinor} currency={currency} />
            ),
          ],
        ]}
      />
      {isShort && <Note tone="bad">{t('market.short')}</Note>}
    </>
  )
}

function Sale({ order, listing }: { readonly order: OrderForm; readonly listing: Listing }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const preview = useAnswer('orders.preview', order)
  const certificates = useAnswer('certificates.list', {})
  if (preview.state === 'failed') return <Refused refusal={preview.refusal} />
  return (
    <Shown answer={preview}>
      {({ certificateIds, remainder, limitAmountMinor }) => {
        const held = certificates.state === 'ready' ? certificates.value : []
        const going = held.filter(({ certificateId }) => certificateIds.includes(certificateId))
        const facts: (readonly [string, ReactNode])[] = [
          [
            t('market.brings'),
            limitAmountMinor === undefined ? (
              t('market.atMarket')
            ) : (
              <Money key="brings" minor={limitAmountMinor} currency={listing.currency} />
            ),
          ],
          [
            t('market.goes'),
            <ul key="goes">
              {going.map(({ certificateId, certificateNumber, quantity }) => (
                <li key={certificateId}>
                  <Covered
                    text={t('market.one', {
                      number: certificateNumber,
                      formatted: t('shares', { count: Number(quantity), formatted: count(quantity) }),
                    })}
                  />
                </li>
              ))}
            </ul>,
          ],
          [
            t('market.remainder'),
            remainder === 0n ? (
              t('market.noRemainder')
            ) : (
              <span key="remainder">
                <Shares quantity={remainder} />
                <span className={css['soft']}>{t('market.remainderWhat')}</span>
              </span>
            ),
          ],
        ]
        return <Facts facts={facts} />
      }}
    </Shown>
  )
}
