import { MAX_INITIAL_SCRIPT_BYTES } from './initial-script.ts'
import type { ScreenFigures, Scrolled } from './screens.ts'

export interface Run extends ScreenFigures {
  readonly openedMs: number
  readonly hostMb: number
  /** The same scrolling over plain rows. */
  readonly plain: Scrolled
  /** Processes that wanted a core just before. */
  readonly load: number
}

export interface Figures {
  readonly at: string
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly browser: string }
  readonly certificates: number
  readonly initialScriptBytes: number
  readonly runs: readonly Run[]
}

interface Line {
  readonly what: string
  readonly target: string
  /** Of a run; the best of them counts, because others use the machine too. */
  readonly of: (run: Run) => number
  readonly said: (value: number) => string
  readonly isMet?: (value: number) => boolean
  readonly moreIsBetter?: boolean
}

const ms = (value: number): string => `${Math.round(value).toLocaleString('en')} ms`
const mb = (value: number): string => `${Math.round(value).toLocaleString('en')} MiB`

const worstSecond = ({ framesASecond }: Scrolled): number => Math.min(...framesASecond)

const LINES: readonly Line[] = [
  { what: 'command to link: store open', target: '', of: ({ openedMs }) => openedMs, said: ms },
  {
    what: 'navigation to first screen',
    target: '< 1,500 ms',
    of: ({ firstScreenMs }) => firstScreenMs,
    said: ms,
    isMet: (value) => value < 1_500,
  },
  { what: 'list of certificates shown', target: '', of: ({ listMs }) => listMs, said: ms },
  {
    what: 'frames in the worst second of scrolling',
    target: '>= 50',
    of: ({ scrolled }) => worstSecond(scrolled),
    said: String,
    isMet: (value) => value >= 50,
    moreIsBetter: true,
  },
  {
    what: 'the same with plain rows: the limit here',
    target: '',
    of: ({ plain }) => worstSecond(plain),
    said: String,
    moreIsBetter: true,
  },
  {
    what: 'share of the limit reached',
    target: '',
    of: ({ scrolled, plain }) => worstSecond(scrolled) / worstSecond(plain),
    said: (value) => value.toFixed(2),
    moreIsBetter: true,
  },
  {
    what: 'frames in a second at rest',
    target: '',
    of: ({ scrolled }) => scrolled.atRest,
    said: String,
    moreIsBetter: true,
  },
  { what: 'longest frame', target: '', of: ({ scrolled }) => scrolled.longestFrameMs, said: ms },
  { what: 'search', target: '', of: ({ searchMs }) => searchMs, said: ms },
  { what: 'filter', target: '', of: ({ filterMs }) => filterMs, said: ms },
  { what: 'sort', target: '', of: ({ sortMs }) => sortMs, said: ms },
  { what: 'memory of the page (JavaScript heap)', target: '', of: ({ heapMb }) => heapMb, said: mb },
  { what: 'memory of the wallet (resident)', target: '', of: ({ hostMb }) => hostMb, said: mb },
]

export function report({ at, machine, certificates, initialScriptBytes, runs }: Figures): string {
  const row = (what: string, target: string, best: string, met: string, median: string, all: string): string =>
    `  ${what.padEnd(42)}${target.padEnd(13)}${best.padStart(11)}  ${met.padEnd(5)}${median.padStart(10)}  ${all}`.trimEnd()
  return [
    `${at.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, Chromium ${machine.browser}`,
    `${certificates.toLocaleString('en')} certificates; the best of ${runs.length} runs, load before each: ${runs.map(({ load }) => load.toFixed(1)).join(', ')}`,
    '',
    row('', 'target', 'best', '', 'median', 'all'),
    ...LINES.map(({ what, target, of, said, isMet, moreIsBetter = false }) => {
      const values = runs.map(of)
      const best = moreIsBetter ? Math.max(...values) : Math.min(...values)
      const median = values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? best
      const met = isMet === undefined ? '' : isMet(best) ? 'met' : 'NO'
      return row(what, target, said(best), met, said(median), values.map(said).join(', '))
    }),
    row(
      'initial JavaScript, gzipped',
      `< ${MAX_INITIAL_SCRIPT_BYTES / 1_000} kB`,
      `${(initialScriptBytes / 1_000).toFixed(0)} kB`,
      initialScriptBytes < MAX_INITIAL_SCRIPT_BYTES ? 'met' : 'NO',
      '',
      '',
    ),
  ].join('\n')
}
