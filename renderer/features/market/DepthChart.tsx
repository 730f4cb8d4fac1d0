import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import { useFormats } from '../../i18n/format.ts'
import { summedUp, type Book, type Deep } from './depth.ts'
import css from './Market.module.css'
import { Plot, type Colours, type PlotOptions } from './Plot.tsx'
import { drawn, priceAxis } from './PriceChart.tsx'

export function DepthChart({ book, currency }: { readonly book: Book; readonly currency: string }) {
  const { t, i18n } = useTranslation()
  const bids = useMemo(() => summedUp(book.bids), [book])
  const asks = useMemo(() => summedUp(book.asks), [book])
  const data = useMemo(() => columns(bids, asks, currency), [bids, asks, currency])
  const options = useCallback((colours: Colours) => chart(colours, i18n.language, currency), [i18n.language, currency])
  if (bids.length === 0 && asks.length === 0) return <p className={css['soft']}>{t('market.bookEmpty')}</p>
  return (
    <>
      <Plot label={t('market.depthChart')} options={options} data={data} />
      <details className={css['details']}>
        <summary>{t('market.asTable')}</summary>
        <div className={css['two']}>
          <Sums title={t('market.bids')} rows={bids} currency={currency} />
          <Sums title={t('market.asks')} rows={asks} currency={currency} />
        </div>
      </details>
    </>
  )
}

function Sums(props: { readonly title: string; readonly rows: readonly Deep[]; readonly currency: string }) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  return (
    <table className={css['table']}>
      <caption>{props.title}</caption>
      <thead>
        <tr>
          <th scope="col">{t('market.price')}</th>
          <th scope="col">{t('market.sumOfShares')}</th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map(({ priceMinor, sum }) => (
          <tr key={priceMinor.toString()}>
            <th scope="row">{money(priceMinor, props.currency)}</th>
            <td>{count(sum)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function columns(bids: readonly Deep[], asks: readonly Deep[], currency: string): uPlot.AlignedData {
  const rows = [
    ...bids.toReversed().map(({ priceMinor, sum }) => ({ priceMinor, bid: Number(sum), ask: null })),
    ...asks.map(({ priceMinor, sum }) => ({ priceMinor, bid: null, ask: Number(sum) })),
  ]
  return [
    rows.map(({ priceMinor }) => drawn(priceMinor, currency)),
    rows.map(({ bid }) => bid),
    rows.map(({ ask }) => ask),
  ]
}

function chart(colours: Colours, language: string, currency: string): PlotOptions {
  const axis = {
    stroke: colours['ink-soft'],
    font: colours.font,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line },
  }
  const count = new Intl.NumberFormat(language)
  // The shares at a price are there for everybody who accepts a worse one: bids reach down, asks up.
  const steps = (align: 1 | -1) => {
    const paths = uPlot.paths.stepped?.({ align })
    return { width: 2, points: { show: true, size: 5 }, ...(paths && { paths }) }
  }
  return {
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: {
        time: false,
        range: (_, low, high) => [low - Math.max((high - low) * 0.05, 1), high + Math.max((high - low) * 0.05, 1)],
      },
      y: { range: (_, _low, high) => [0, (high || 1) * 1.1] },
    },
    axes: [
      { ...axis, space: 70, size: 36, values: (_, splits) => splits.map(priceAxis(language, currency)) },
      { ...axis, side: 1, size: 60, values: (_, splits) => splits.map((split) => count.format(split)) },
    ],
    series: [
      {},
      { stroke: colours.good, fill: colours['good-wash'], ...steps(-1) },
      { stroke: colours.bad, fill: colours['bad-wash'], ...steps(1) },
    ],
  }
}
