import { useTranslation } from 'react-i18next'
import { formatPlainMoney } from '../../../shared/terminal/amount.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import type { Book, Level } from './depth.ts'
import css from './Market.module.css'

const ROWS = 8

/** As on a trading screen: the dearest offer on top, the best of both sides next to each other in the middle. */
export function Ladder({
  book,
  currency,
  onPrice,
}: {
  readonly book: Book
  readonly currency: string
  /** As a person would type it. */
  readonly onPrice: (price: string) => void
}) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  const asks = book.asks.slice(0, ROWS).toReversed()
  const bids = book.bids.slice(0, ROWS)
  if (asks.length + bids.length === 0) return <p className={css['soft']}>{t('market.bookEmpty')}</p>
  const most = [...asks, ...bids].reduce((max, { quantity }) => (quantity > max ? quantity : max), 1n)
  const best = { ask: asks.at(-1)?.priceMinor, bid: bids[0]?.priceMinor }
  const row = (side: 'ask' | 'bid') => (level: Level) => (
    <tr key={level.priceMinor.toString()}>
      <td>
        <span className={css['soft']}>{t(`market.level.${side}`)}</span>
      </td>
      <td>
        <Button
          look="quiet"
          aria-label={t('market.takePrice', { price: money(level.priceMinor, currency) })}
          onPress={() => onPrice(formatPlainMoney(level.priceMinor, currency))}
        >
          <span className={side === 'ask' ? css['down'] : css['up']}>{money(level.priceMinor, currency)}</span>
        </Button>
      </td>
      <td>
        {count(level.quantity)}
        <meter
          className={cls(css['bar'], side === 'ask' ? css['askBar'] : css['bidBar'])}
          aria-hidden="true"
          max={1000}
          value={Number((level.quantity * 1000n) / most)}
        />
      </td>
      <td>{count(level.orders)}</td>
    </tr>
  )
  return (
    <table aria-label={t('market.book')} className={cls(css['table'], css['ladder'])}>
      <thead>
        <tr>
          <th scope="col">{t('market.side')}</th>
          <th scope="col">{t('market.price')}</th>
          <th scope="col">{t('market.quantity')}</th>
          <th scope="col">{t('market.orderCount')}</th>
        </tr>
      </thead>
      <tbody>
        {asks.map(row('ask'))}
        {best.ask !== undefined && best.bid !== undefined && (
          <tr className={cls(css['spread'])}>
            <td colSpan={4}>
              {t('market.spread')} {money(best.ask - best.bid, currency)}
            </td>
          </tr>
        )}
        {bids.map(row('bid'))}
      </tbody>
    </table>
  )
}
