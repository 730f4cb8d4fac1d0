import type { IncomingMessage } from 'node:http'
import { WALLET_SOCKET_PATH } from '../../shared/wallet-api/wire.ts'
import { readScreen } from '../host/built-screens.ts'
import { screenPolicy } from '../host/content-security.ts'
import { cookie, isOwnHost, isSame, newSecret, originOf, setCookie } from './guard.ts'
import type { Answer } from './loopback.ts'

const OPENING = /^\/open\/([A-Za-z0-9_-]{43})$/
/** The build names these by their content. */
const HASHED = /^\/assets\//

/** The pages of the wallet: shown to the browser that opened the link, and to no other. */
export class Screens {
  readonly #folder: string
  readonly #port: () => number
  readonly #session = newSecret()
  /** Undefined once it was used. */
  #linkToken: string | undefined = newSecret()

  constructor(folder: string, port: () => number) {
    this.#folder = folder
    this.#port = port
  }

  /** Opens the wallet once. */
  get link(): string {
    return `${originOf(this.#port())}/open/${this.#linkToken ?? ''}`
  }

  isOwnBrowser(request: IncomingMessage): boolean {
    return isSame(cookie(request.headers, this.#cookieName), this.#session)
  }

  /** Cookies do not care about ports: without it, a second wallet in the same browser would take the first one's place. */
  get #cookieName(): string {
    return `kabuken_wallet_${this.#port()}`
  }

  /** The wallet's socket is for the wallet's own page, in the browser that opened the link. */
  mayConnect(request: IncomingMessage): boolean {
    return (
      isOwnHost(request.headers, this.#port()) &&
      request.headers.origin === originOf(this.#port()) &&
      request.url === WALLET_SOCKET_PATH &&
      this.isOwnBrowser(request)
    )
  }

  async respond(request: IncomingMessage): Promise<Answer> {
    if (!isOwnHost(request.headers, this.#port())) return { status: 403 }
    if (request.method !== 'GET') return { status: 405 }
    const [path = '/'] = (request.url ?? '/').split('?')
    const token = OPENING.exec(path)?.[1]
    if (token !== undefined) return this.#open(token)
    if (!this.isOwnBrowser(request))
      return { status: 403, content: 'Open the wallet with the link from the terminal.\n' }
    const served = await readScreen(this.#folder, path)
    if (served === undefined) return { status: 404 }
    return {
      status: 200,
      headers: {
        'Content-Type': served.type,
        'Content-Security-Policy': screenPolicy(`ws://127.0.0.1:${this.#port()}`),
        'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
        ...(HASHED.test(path) && { 'Cache-Control': 'private, max-age=31536000, immutable' }),
      },
      content: served.content,
    }
  }

  /** The page goes on by itself instead of being redirected: a navigation that another site began would lack the strict cookie. */
  #open(token: string): Answer {
    if (this.#linkToken === undefined || !isSame(token, this.#linkToken))
      return { status: 403, content: 'This link was used already. Start the wallet again for a new one.\n' }
    this.#linkToken = undefined
    return {
      status: 200,
      headers: {
        'Content-Type': 'text/html; charset=utf-8',
        'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        'Set-Cookie': setCookie(this.#cookieName, this.#session, '/'),
      },
      content:
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>Kabuken</title></html>',
    }
  }
}
