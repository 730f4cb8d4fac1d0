import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TransportLog } from './log.ts'
import { pathOf } from './upgrade.ts'

export interface PageRequest {
  readonly path: string
  readonly query: URLSearchParams
  /** The header as it came; empty if there was none. */
  readonly acceptLanguage: string
}

export interface PageReply {
  readonly status: number
  readonly contentType: string
  readonly body: string | Uint8Array
  /** Seconds for which caches may keep it; absent: not at all. */
  readonly maxAgeSeconds?: number
  /** What the page's own `style` element is allowed by, e.g. `sha256-...`. */
  readonly styleHash?: string
  /** For a page that differs by `Accept-Language`. */
  readonly variesByLanguage?: boolean
}

/** Undefined: there is no such page. */
export type Page = (request: PageRequest) => PageReply | undefined | Promise<PageReply | undefined>

export interface Readiness {
  readonly ready: boolean
  readonly reason?: string
  /** What its operator has to see to before it stops, as a code. */
  readonly warning?: string
}

/** What the node shows over HTTP besides its sockets. */
export interface HttpPages {
  /** By role. */
  readonly readiness: () => Readonly<Record<string, Readiness>>
  /** By path; a path that ends in `/` has all pages directly below it. */
  readonly pages: ReadonlyMap<string, Page>
}

const TEXT = 'text/plain; charset=utf-8'

/** For monitors: says only that the process answers, under whatever name it is called. */
export const HEALTH_PATH = '/healthz'

export function plainReply(status: number, body: string): PageReply {
  return { status, contentType: TEXT, body }
}

function findPage(pages: ReadonlyMap<string, Page>, path: string): Page | undefined {
  return pages.get(path) ?? pages.get(path.slice(0, path.lastIndexOf('/') + 1))
}

function readinessReply(readiness: Readonly<Record<string, Readiness>>): PageReply {
  const ready = Object.values(readiness).every((role) => role.ready)
  return {
    status: ready ? 200 : 503,
    contentType: 'application/json',
    body: JSON.stringify({ ready, roles: readiness }),
  }
}

async function reply(request: IncomingMessage, site: HttpPages): Promise<PageReply> {
  const path = pathOf(request)
  if (path === HEALTH_PATH) return plainReply(200, 'ok\n')
  if (path === '/readyz') return readinessReply(site.readiness())
  const query = new URLSearchParams(request.url?.slice(path.length + 1))
  const page = findPage(site.pages, path)
  const found = await page?.({ path, query, acceptLanguage: request.headers['accept-language'] ?? '' })
  return found ?? plainReply(404, 'not found\n')
}

function write(response: ServerResponse, page: PageReply, withBody: boolean): void {
  const style = page.styleHash === undefined ? '' : ` style-src '${page.styleHash}';`
  const body = Buffer.from(page.body)
  response.writeHead(page.status, {
    'Content-Type': page.contentType,
    'Content-Length': body.length,
    'Cache-Control': page.maxAgeSeconds === undefined ? 'no-store' : `max-age=${page.maxAgeSeconds}`,
    'Content-Security-Policy': `default-src 'none';${style} base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Resource-Policy': 'same-origin',
    ...(page.variesByLanguage === true && { Vary: 'Accept-Language' }),
    ...(page.status === 405 && { Allow: 'GET, HEAD' }),
  })
  response.end(withBody ? body : undefined)
}

/** Answers one plain HTTP request. A page that throws is logged and answered with 500, without its reason. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  site: HttpPages,
  log: TransportLog,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    // What it sends is not read: the connection ends with the answer.
    response.setHeader('Connection', 'close')
    write(response, plainReply(405, 'only GET and HEAD\n'), true)
    return
  }
  const page = await reply(request, site).catch((error: unknown) => {
    log.error({ path: pathOf(request), err: error }, 'page failed')
    return plainReply(500, 'internal error\n')
  })
  write(response, page, request.method === 'GET')
}

export function refusePage(response: ServerResponse, status: 403 | 431): void {
  response.setHeader('Connection', 'close')
  write(response, plainReply(status, 'refused\n'), true)
}
