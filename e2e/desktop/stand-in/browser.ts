import { Devtools } from './devtools.ts'

let devtools: Promise<Devtools> | undefined

/** The Chromium whose address the test gave. */
export function browser(): Promise<Devtools> {
  return (devtools ??= Devtools.open(process.env['STAND_IN_BROWSER'] ?? ''))
}

/** Chromium has no scheme of our own: pages of `app:` are at this origin there, and nowhere else. */
const ORIGIN_IN_CHROMIUM = 'https://kabuken.app-scheme.invalid/'
const ORIGIN = 'app://kabuken/'

export function inChromium(url: string): string {
  return url.startsWith(ORIGIN) ? ORIGIN_IN_CHROMIUM + url.slice(ORIGIN.length) : url
}

export function outOfChromium(url: string): string {
  return url.startsWith(ORIGIN_IN_CHROMIUM) ? ORIGIN + url.slice(ORIGIN_IN_CHROMIUM.length) : url
}
