import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clientOver, type WalletClient } from '../../shared/wallet-api/client.ts'
import { socketTransport } from '../../shared/wallet-api/socket-transport.ts'
import { WALLET_SOCKET_PATH, WALLET_SUBPROTOCOL } from '../../shared/wallet-api/wire.ts'
import { err } from '../../shared/kernel/result.ts'
import { systemPorts } from '../host/system-ports.ts'
import { KeychainError } from '../wallet/keychain/keychain.ts'
import { openBrowserHost, type BrowserHost, type BrowserHostOptions } from './browser-host.ts'

/** A browser's host with built screens of its own, for tests. */
export interface Running extends BrowserHost {
  readonly folder: string
  readonly port: number
  readonly origin: string
  readonly faults: unknown[]
}

const noKeychain = new KeychainError('keychain_unavailable', 'there is none here')

export async function startBrowserHost(options: Partial<BrowserHostOptions> = {}): Promise<Running> {
  const folder = await mkdtemp(join(tmpdir(), 'kabuken-browser-'))
  const screens = join(folder, 'screens')
  await mkdir(join(screens, 'assets'), { recursive: true })
  await writeFile(join(screens, 'index.html'), '<!doctype html><title>screens</title>')
  await writeFile(join(screens, 'assets', 'main-1a2b.js'), 'export {}')
  await writeFile(join(screens, 'notes.txt'), 'not a kind that is served')
  await writeFile(join(folder, 'outside.html'), 'outside')
  const faults: unknown[] = []
  const opened = await openBrowserHost({
    folder: join(folder, 'wallet'),
    screens,
    port: 0,
    language: 'en',
    keychain: { open: () => unavailable, detect: () => Promise.resolve(err(noKeychain)) },
    ports: systemPorts(),
    onFault: (fault) => void faults.push(fault),
    ...options,
  })
  const { origin, port } = new URL(opened.link)
  return {
    ...opened,
    folder,
    port: Number(port),
    origin,
    faults,
    close: async () => {
      await opened.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const unavailable = {
  load: () => Promise.reject(noKeychain),
  create: () => Promise.reject(noKeychain),
  remove: () => Promise.reject(noKeychain),
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** One request with exactly these headers: `fetch` would not let a test lie about Host, Origin or Fetch Metadata. */
export function ask(
  url: string,
  options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answered> {
  const { promise, resolve, reject } = Promise.withResolvers<Answered>()
  const { hostname, port, pathname, search } = new URL(url)
  // The path as it stands in the text: URL has resolved dots in its own.
  const path = url.slice(url.indexOf('/', 'http://'.length)) || `${pathname}${search}`
  const { method = 'GET', headers = {}, body } = options
  const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (part: string) => (text += part))
    response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
  })
  sent.on('error', reject)
  sent.end(body)
  return promise
}

/** Name and value, as the browser would send it back. */
export function cookieOf({ headers }: Answered): string {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

export async function openLink({ link }: Pick<Running, 'link'>): Promise<string> {
  return cookieOf(await ask(link))
}

/** How an upgrade to the wallet's socket is answered: 101 if it is let in. It is ended at once. */
export function knock(
  { port, origin }: Pick<Running, 'port' | 'origin'>,
  headers: Readonly<Record<string, string>>,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Protocol': WALLET_SUBPROTOCOL,
  }
  const knocking = request({
    hostname: '127.0.0.1',
    port,
    path: WALLET_SOCKET_PATH,
    headers: { Origin: origin, ...upgrade, ...headers },
    agent: false,
  })
  knocking.on('upgrade', (_, stream) => {
    stream.destroy()
    resolve(101)
  })
  knocking.on('response', ({ statusCode }) => resolve(statusCode ?? 0))
  knocking.on('error', reject)
  knocking.end()
  return promise
}

/** Connects as the page would. */
export async function connect({ port, origin }: Pick<Running, 'port' | 'origin'>, cookie: string): Promise<WebSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<WebSocket>()
  const socket = new WebSocket(`ws://127.0.0.1:${port}${WALLET_SOCKET_PATH}`, {
    protocols: WALLET_SUBPROTOCOL,
    headers: { Origin: origin, Cookie: cookie },
  })
  socket.addEventListener('open', () => resolve(socket))
  socket.addEventListener('error', () => reject(new Error('not let in')))
  return promise
}

/** The typed client of a page that has the cookie. */
export async function clientWith(running: Running, cookie: string): Promise<WalletClient> {
  const socket = await connect(running, cookie)
  return clientOver(
    socketTransport(({ onOpen, onText, onClose }) => {
      queueMicrotask(onOpen)
      socket.addEventListener('message', ({ data }) => onText(String(data)))
      socket.addEventListener('close', onClose)
      return { send: (text) => socket.send(text), close: () => socket.close() }
    }),
  )
}
