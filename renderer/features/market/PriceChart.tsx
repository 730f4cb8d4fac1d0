import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import uPlot from 'uplot'
import { currencyDigits } from '../../../shared/terminal/amount.ts'
import { useFormats } from '../../i18n/format.ts'
import { candlesOf, isCutOff, type Candle } from './candles.ts'
import type { Trade } from '../../api/market.ts'
import css from './Market.module.css'
import { Plot, type Colours, type PlotOptions } from './Plot.tsx'
import { HOUR_MS, RANGES, type Range } from './ranges.ts'

const FEWEST_CANDLES = 24

export function PriceChart({
  trades,
  range,
  since,
  currency,
}: {
  readonly trades: readonly Trade[]
  readonly range: Range
  readonly since: number
  readonly currency: string
}) {
  const { t, i18n } = useTranslation()
  const { money, dateTime, count } = useFormats()
  const { stepMs } = RANGES[range]
  const [at, setAt] = useState<number>()
  const [isTable, setTable] = useState(false)
  const candles = useMemo(
    () =>
      candlesOf(
        trades.filter((trade) => trade.at >= since),
        stepMs,
      ),
    [trades, since, stepMs],
  )
  const data = useMemo(() => columns(candles, currency), [candles, currency])
  const options = useCallback(
    (colours: Colours) => chart(colours, { stepMs, currency, language: i18n.language, onLook: setAt }),
    [stepMs, currency, i18n.language],
  )
  const shown = candles[at ?? -1] ?? candles.at(-1)
  return (
    <>
      {shown === undefined ? (
        <p className={css['soft']}>{t('market.noTradesInRange')}</p>
      ) : (
        <>
          <p className={css['readout']}>
            <span>{dateTime(shown.at)}</span>
            <span>
              {t('market.open')} {money(shown.openMinor, currency)}
            </span>
            <span>
              {t('market.high')} {money(shown.highMinor, currency)}
            </span>
            <span>
              {t('market.low')} {money(shown.lowMinor, currency)}
            </span>
            <span>
              {t('market.close')} {money(shown.closeMinor, currency)}
            </span>
            <span>
              {t('market.volume')} {count(shown.quantity)}
            </span>
          </p>
          {isCutOff(trades, since) && (
            <p className={css['soft']}>{t('market.cutOff', { time: dateTime(trades.at(-1)?.at ?? since) })}</p>
          )}
          <Plot label={t('market.priceChart')} options={options} data={data} />
          <details className={css['details']} onToggle={({ currentTarget }) => setTable(currentTarget.open)}>
            <summary>{t('market.asTable')}</summary>
            <div className={css['scroll']}>
              <table aria-label={t('market.priceChart')} className={css['table']}>
                <thead>
                  <tr>
                    <th scope="col">{t('market.time')}</th>
                    <th scope="col">{t('market.open')}</th>
                    <th scope="col">{t('market.high')}</th>
                    <th scope="col">{t('market.low')}</th>
                    <th scope="col">{t('market.close')}</th>
                    <th scope="col">{t('market.volume')}</th>
                  </tr>
                </thead>
                <tbody>
                  {(isTable ? candles : []).toReversed().map((candle) => (
                    <tr key={candle.at}>
                      <th scope="row">{dateTime(candle.at)}</th>
                      <td>{money(candle.openMinor, currency)}</td>
                      <td>{money(candle.highMinor, currency)}</td>
                      <td>{money(candle.lowMinor, currency)}</td>
                      <td>{money(candle.closeMinor, currency)}</td>
                      <td>{count(candle.quantity)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </>
  )
}

/** Only for drawing: a picture needs no more than a floating number has. */
export function drawn(minor: bigint, currency: string): number {
  return Number(minor) / 10 ** currencyDigits(currency)
}

function columns(candles: readonly Candle[], currency: string): uPlot.AlignedData {
  const price = (of: (candle: Candle) => bigint): number[] => candles.map((candle) => drawn(of(candle), currency))
  return [
    candles.map(({ at }) => at / 1000),
    price(({ openMinor }) => openMinor),
    price(({ highMinor }) => highMinor),
    price(({ lowMinor }) => lowMinor),
    price(({ closeMinor }) => closeMinor),
    candles.map(({ quantity }) => Number(quantity)),
  ]
}

interface Drawing {
  readonly stepMs: number
  readonly currency: string
  readonly language: string
  readonly onLook: (candle: number | undefined) => void
}

function chart(colours: Colours, { stepMs, currency, language, onLook }: Drawing): PlotOptions {
  const step = stepMs / 1000
  const time = new Intl.DateTimeFormat(language, stepMs < 6 * HOUR_MS ? { timeStyle: 'short' } : MONTH_AND_DAY)
  const axis = {
    stroke: colours['ink-soft'],
    font: colours.font,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line },
  }
  const unseen = { scale: 'price', paths: () => null, points: { show: false } }
  const bars = uPlot.paths.bars?.({ size: [0.7, 24] })
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: {
      x: { range: ({ data: [times] }) => timesShown(times, step) },
      price: { range: (_, low, high) => roomAround(low, high) },
      // The bars take the lowest quarter.
      volume: { range: (_, _low, high) => [0, (high || 1) * 4] },
    },
    axes: [
      { ...axis, space: 70, size: 36, values: (_, splits) => splits.map((split) => time.format(split * 1000)) },
      { ...axis, scale: 'price', side: 1, size: 76, values: (_, splits) => splits.map(priceAxis(language, currency)) },
    ],
    series: [
      {},
      unseen,
      unseen,
      unseen,
      unseen,
      { scale: 'volume', fill: colours['indigo-wash'], points: { show: false }, ...(bars && { paths: bars }) },
    ],
    hooks: {
      draw: [(plot) => drawCandles(plot, colours, step)],
      setCursor: [({ cursor }) => onLook(cursor.idx ?? undefined)],
    },
  }
}

const MONTH_AND_DAY = { month: 'short', day: 'numeric' } as const

export function priceAxis(language: string, currency: string): (split: number) => string {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: currencyDigits(currency) })
  return (split) => format.format(split)
}

/** Few candles do not fill the whole width. */
function timesShown(times: ArrayLike<number>, step: number): [number, number] {
  const first = times[0] ?? 0
  const last = times[times.length - 1] ?? 0
  return [Math.min(first, last - FEWEST_CANDLES * step) - step, last + step]
}

function roomAround(low: number, high: number): [number, number] {
  const room = Math.max((high - low) * 0.1, high * 0.005)
  return [low - (high - low) * 0.3 - room, high + room]
}

/** A rising candle is hollow, a falling one is full: the colour is not all that tells them apart. */
function drawCandles(plot: uPlot, colours: Colours, step: number): void {
  const { ctx, bbox } = plot
  const [times, opens, highs, lows, closes] = plot.data as readonly (readonly number[] | undefined)[]
  const width = Math.max(3, Math.floor((plot.valToPos(step, 'x', true) - plot.valToPos(0, 'x', true)) * 0.6))
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.lineWidth = Math.max(1, Math.round(window.devicePixelRatio * 1.5))
  for (const [i, time] of (times ?? []).entries()) {
    const y = (values: readonly number[] | undefined): number => plot.valToPos(values?.[i] ?? 0, 'price', true)
    const x = Math.round(plot.valToPos(time, 'x', true))
    const [open, close] = [y(opens), y(closes)]
    const rises = close <= open
    ctx.strokeStyle = rises ? colours.good : colours.bad
    ctx.fillStyle = rises ? colours.surface : colours.bad
    ctx.beginPath()
    ctx.moveTo(x, y(highs))
    ctx.lineTo(x, y(lows))
    ctx.stroke()
    const height = Math.max(ctx.lineWidth, Math.abs(close - open))
    ctx.fillRect(x - width / 2, Math.min(open, close), width, height)
    ctx.strokeRect(x - width / 2, Math.min(open, close), width, height)
  }
  ctx.restore()
}
