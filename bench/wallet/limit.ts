import type { Browser } from '@playwright/test'
import { scroll, type Scrolled } from './screens.ts'

const ROW_PX = 76

/** As many rows as the list has, one line of plain text in each of those in sight and nothing else: what this browser can do here. */
export async function scrollPlainRows(browser: Browser, rows: number): Promise<Scrolled> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
  try {
    await page.setContent('<!doctype html><ul style="position:relative;margin:0;padding:0;contain:strict"></ul>')
    await page.evaluate(plainRows, [rows, ROW_PX] as const)
    return await scroll(page)
  } finally {
    await page.close()
  }
}

interface Element {
  readonly style: Record<string, string>
  textContent: string
  readonly append: (child: Element) => void
}

/** Runs in the page: the elements stay, what they show changes. */
function plainRows([count, height]: readonly [number, number]): void {
  const window = globalThis as unknown as {
    readonly innerHeight: number
    readonly scrollY: number
    readonly document: {
      readonly querySelector: (selector: string) => Element
      readonly createElement: (name: string) => Element
    }
    readonly addEventListener: (event: 'scroll', listener: () => void) => void
  }
  const list = window.document.querySelector('ul')
  list.style['height'] = `${count * height}px`
  const shown = Array.from({ length: Math.ceil(window.innerHeight / height) + 1 }, () => {
    const row = window.document.createElement('li')
    Object.assign(row.style, { position: 'absolute', height: `${height}px` })
    list.append(row)
    return row
  })
  const show = (): void => {
    const first = Math.floor(window.scrollY / height)
    for (let index = first; index < Math.min(count, first + shown.length); index += 1) {
      const row = shown[index % shown.length]
      if (row === undefined) continue
      row.textContent = `Certificate ${index}`
      row.style['top'] = `${index * height}px`
    }
  }
  window.addEventListener('scroll', show)
  show()
}
