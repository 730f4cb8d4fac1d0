import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** 256 random bits: nobody guesses it, and nothing is learned from one about another. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Takes the same time wherever they differ. */
export function isSame(given: string | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return given !== undefined && timingSafeEqual(digest(given), digest(secret))
}

/** The value of one cookie; undefined if there is none, or several of the name, of which one could be planted. */
export function cookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  const found = (headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
  return found.length === 1 ? found[0]?.slice(name.length + 1) : undefined
}

/** Neither readable by a script nor sent with anything that another site began. Ends with the browser. */
export function setCookie(name: string, value: string, path: string): string {
  return `${name}=${value}; Path=${path}; HttpOnly; SameSite=Strict`
}

/** A name in DNS can be made to point here: only the address itself is this host (rebinding). */
export function isOwnHost(headers: IncomingHttpHeaders, port: number): boolean {
  return headers.host === `127.0.0.1:${port}`
}

export function originOf(port: number): string {
  return `http://127.0.0.1:${port}`
}

/**
 * The person opened a page: a navigation of a whole window, begun by this host or by themselves, not by another site, a frame or a
 * script that reads the answer (Fetch Metadata; no script can set these headers). A client that sends none is no browser.
 */
export function isNavigation(headers: IncomingHttpHeaders, sites: readonly string[]): boolean {
  return (
    headers['sec-fetch-mode'] === 'navigate' &&
    headers['sec-fetch-dest'] === 'document' &&
    sites.includes(String(headers['sec-fetch-site']))
  )
}
