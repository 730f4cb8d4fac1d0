import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useTrades, useWatched } from '../../api/market.ts'
import { useFormats } from '../../i18n/format.ts'
import { Change } from '../../ui/Change.tsx'
import { HEIGHT, lineOf, WIDTH } from './line.ts'
import css from './Portfolio.module.css'
import type { Priced } from './value.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** The last price, how far it is from the one of then, and a line of the last day's trades. */
export function Price({ price, thenMinor }: { readonly price: Priced; readonly thenMinor: bigint | undefined }) {
  const { t } = useTranslation()
  const { money } = useFormats()
  const { currency, referencePriceMinor, lastPriceMinor } = price
  return (
    <div className={css['price']}>
      <Line price={price} />
      <div>
        {money(lastPriceMinor ?? referencePriceMinor, currency)}
        <span className={css['soft']}>
          {lastPriceMinor === undefined ? (
            t('portfolio.reference')
          ) : (
            <Change
              lastMinor={thenMinor === undefined ? undefined : lastPriceMinor}
              referenceMinor={thenMinor ?? referencePriceMinor}
            />
          )}
        </span>
      </div>
    </div>
  )
}

/** For those who look; the numbers beside it say the same. */
function Line({ price }: { readonly price: Priced }) {
  const [since] = useState(() => Date.now() - DAY_MS)
  const trades = useTrades(price, since, useWatched(price))
  const path = useMemo(() => (trades.state === 'ready' ? lineOf(trades.value, since) : undefined), [trades, since])
  if (path === undefined) return null
  return (
    <svg aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={css['line']}>
      <path d={path} />
    </svg>
  )
}
