import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../i18n/format.ts'
import type { Trade } from '../../api/market.ts'
import css from './Market.module.css'

const ROWS = 14

/** The last trades, those of today without the date; an arrow tells how the price moved. */
export function Tape({ trades, currency }: { readonly trades: readonly Trade[]; readonly currency: string }) {
  const { t } = useTranslation()
  const { money, count, date, time, dateTime } = useFormats()
  const [openedAt] = useState(() => Date.now())
  if (trades.length === 0) return <p className={css['soft']}>{t('market.tapeEmpty')}</p>
  const today = date(Math.max(openedAt, trades[0]?.at ?? 0))
  return (
    <table aria-label={t('market.tape')} className={css['table']}>
      <thead>
        <tr>
          <th scope="col">{t('market.time')}</th>
          <th scope="col">{t('market.price')}</th>
          <th scope="col">{t('market.quantity')}</th>
        </tr>
      </thead>
      <tbody>
        {trades.slice(0, ROWS).map(({ tradeSequence, at, priceMinor, quantity }, i) => (
          <tr key={tradeSequence.toString()}>
            <td>
              <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
                {date(at) === today ? time(at) : dateTime(at)}
              </time>
            </td>
            <td>
              <Moved by={priceMinor - (trades[i + 1]?.priceMinor ?? priceMinor)} /> {money(priceMinor, currency)}
            </td>
            <td>{count(quantity)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Moved({ by }: { readonly by: bigint }) {
  const { t } = useTranslation()
  if (by === 0n) return null
  return (
    <span className={by > 0n ? css['up'] : css['down']}>
      <span aria-hidden="true">{by > 0n ? '▲' : '▼'}</span>
      <span className={css['spoken']}>{by > 0n ? t('market.rose') : t('market.fell')}</span>
    </span>
  )
}
