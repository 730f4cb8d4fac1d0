import { useEffect, useRef, useSyncExternalStore } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { cls } from '../../ui/cls.ts'
import css from './Market.module.css'

const HEIGHT = 280
const NAMES = ['surface', 'line', 'ink-soft', 'good', 'good-wash', 'bad', 'bad-wash', 'indigo-wash', 'indigo'] as const

export type Colours = Readonly<Record<(typeof NAMES)[number] | 'font', string>>
export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>

/** A drawing on canvas: for those who look. Its content is to stand beside it as a table. */
export function Plot({
  label,
  options,
  data,
}: {
  readonly label: string
  /** Made anew when this function is another one. */
  readonly options: (colours: Colours) => PlotOptions
  readonly data: uPlot.AlignedData
}) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const theme = useSyncExternalStore(listenToTheme, shownTheme)
  useEffect(() => {
    const element = place.current
    if (element === null) return undefined
    const made = new uPlot(
      { ...options(coloursOf(element)), width: element.clientWidth, height: HEIGHT },
      [[]],
      element,
    )
    plot.current = made
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }))
    watch.observe(element)
    return () => {
      watch.disconnect()
      made.destroy()
    }
  }, [options, theme])
  useEffect(() => plot.current?.setData(data), [data, options, theme])
  return (
    <figure className={cls(css['figure'])} aria-label={label}>
      <div ref={place} aria-hidden="true" className={cls(css['plot'])} />
    </figure>
  )
}

/** A canvas does not know custom properties: the element is asked what they come to. */
function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element)
  const colours = NAMES.map((name) => {
    element.style.color = `var(--${name})`
    return [name, style.color] as const
  })
  element.style.color = ''
  return { ...Object.fromEntries(colours), font: `12px ${style.fontFamily}` } as Colours
}

const dark = window.matchMedia('(prefers-color-scheme: dark)')

function shownTheme(): string {
  return `${document.documentElement.dataset['theme'] ?? ''} ${dark.matches}`
}

function listenToTheme(changed: () => void): () => void {
  const watch = new MutationObserver(changed)
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] })
  dark.addEventListener('change', changed)
  return () => {
    watch.disconnect()
    dark.removeEventListener('change', changed)
  }
}
