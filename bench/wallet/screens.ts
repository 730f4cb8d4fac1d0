import type { Browser, Page } from '@playwright/test'

/** What the page measures of itself, by its own clock and its own frames. */
export interface Scrolled {
  /** Frames in each whole second. */
  readonly framesASecond: readonly number[]
  readonly longestFrameMs: number
  /** Frames in a second in which nothing moves: what the machine has left for a browser. */
  readonly atRest: number
}

export interface ScreenFigures {
  /** From the navigation to the first screen with what is held on it. */
  readonly firstScreenMs: number
  readonly listMs: number
  readonly scrolled: Scrolled
  readonly searchMs: number
  readonly filterMs: number
  readonly sortMs: number
  readonly heapMb: number
}

/** Long enough that every row goes by, at a speed that no hand reaches. */
const SCROLL_MS = 20_000
const REST_MS = 2_000
const SECOND_MS = 1_000
const PATIENCE_MS = 120_000

/** One visit with a browser that has never been here. */
export async function visit(browser: Browser, link: string): Promise<ScreenFigures> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
  const page = await context.newPage()
  page.setDefaultTimeout(PATIENCE_MS)
  try {
    await page.addInitScript(noteFrameWith, HELD)
    const begun = Date.now()
    await page.goto(link)
    const firstScreenMs = (await frameWith(page)) - begun
    const listMs = await openList(page)
    await page.getByLabel('State').selectOption('all')
    return {
      firstScreenMs,
      listMs,
      scrolled: await scroll(page),
      searchMs: await change(page, 'input[type=search]', 'tanpopo 00009'),
      filterMs: await change(page, 'select >> nth=0', 'retired'),
      sortMs: await change(page, 'select >> nth=1', 'quantity'),
      heapMb: await heapOf(page),
    }
  } finally {
    await context.close()
  }
}

interface Frames {
  readonly requestAnimationFrame: (run: (at: number) => void) => void
  readonly scrollTo: (x: number, y: number) => void
  readonly document: {
    readonly documentElement: { readonly scrollHeight: number }
    readonly querySelector: (selector: string) => { readonly click: () => void } | null
  }
  shownAt?: number
}

/** What is held, on the portfolio, and a line of the list. */
const HELD = 'th[scope=row]'
const LISTED = 'a[href^="#/certificates/"]'

/** Runs in the page from its beginning: notes the frame after the one in which this is there, by the clock. */
function noteFrameWith(selector: string): void {
  const window = globalThis as unknown as Frames
  const look = (): void => {
    if (window.document.querySelector(selector) === null) window.requestAnimationFrame(look)
    else window.requestAnimationFrame(() => (window.shownAt = performance.timeOrigin + performance.now()))
  }
  window.requestAnimationFrame(look)
}

async function frameWith(page: Page): Promise<number> {
  const at = await page.waitForFunction(() => (globalThis as unknown as Frames).shownAt)
  return (await at.jsonValue()) ?? Number.NaN
}

/** From following the link in the navigation to the frame that shows certificates. */
function openList(page: Page): Promise<number> {
  return page.evaluate(async (listed) => {
    const window = globalThis as unknown as Frames
    const frame = (): Promise<number> => new Promise((seen) => window.requestAnimationFrame(seen))
    const begun = performance.now()
    window.document.querySelector('a[href="#/certificates"]')?.click()
    while (window.document.querySelector(listed) === null) await frame()
    await frame()
    return performance.now() - begun
  }, LISTED)
}

export async function scroll(page: Page): Promise<Scrolled> {
  const atRest = await framesOf(page, REST_MS, false)
  const frames = await framesOf(page, SCROLL_MS, true)
  const gaps = frames.slice(1).map((at, index) => at - (frames[index] ?? at))
  return {
    framesASecond: Array.from({ length: SCROLL_MS / SECOND_MS }, (_, second) => within(frames, second)),
    longestFrameMs: Math.max(...gaps),
    atRest: Math.max(...Array.from({ length: REST_MS / SECOND_MS }, (_, second) => within(atRest, second))),
  }
}

function within(frames: readonly number[], second: number): number {
  const from = (frames[0] ?? 0) + second * SECOND_MS
  return frames.filter((at) => at > from && at <= from + SECOND_MS).length
}

/** When each frame began; the page goes from its top to its end meanwhile if it `moves`. */
function framesOf(page: Page, durationMs: number, moves: boolean): Promise<number[]> {
  return page.evaluate(
    async ([duration, isMoving]) => {
      const window = globalThis as unknown as Frames
      const frame = (): Promise<number> => new Promise((seen) => window.requestAnimationFrame(seen))
      const begun = await frame()
      const seen = [begun]
      for (;;) {
        const now = await frame()
        seen.push(now)
        if (now - begun >= duration) return seen
        if (isMoving) window.scrollTo(0, ((now - begun) / duration) * window.document.documentElement.scrollHeight)
      }
    },
    [durationMs, moves] as const,
  )
}

/** From the key or the choice to the frame that shows what came of it. */
async function change(page: Page, control: string, value: string): Promise<number> {
  return page
    .locator(control)
    .first()
    .evaluate(async (element, text) => {
      const window = globalThis as unknown as Frames
      const field = element as unknown as { value: string; dispatchEvent: (event: Event) => void }
      const begun = performance.now()
      // React listens to the events; it tells a change by the setter of the element's own class.
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value')?.set?.call(field, text)
      field.dispatchEvent(new Event('input', { bubbles: true }))
      field.dispatchEvent(new Event('change', { bubbles: true }))
      await new Promise<void>((painted) =>
        window.requestAnimationFrame(() => window.requestAnimationFrame(() => painted())),
      )
      return performance.now() - begun
    }, value)
}

async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  await session.send('Performance.enable')
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / 2 ** 20
}
