import type { MarketTrust } from '../../../shared/market/market-trust.ts'
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from '../../../shared/kernel/bytes.ts'
import type { ServerRole } from '../../../shared/protocol/catalogue/catalogue.ts'
import { answerWelcome, type ClientIdentity } from '../../../shared/protocol/client-session.ts'
import { SUBPROTOCOL } from '../../../shared/protocol/limits.ts'
import { TYP } from '../../../shared/protocol/message.ts'
import { verifySentBy } from '../../../shared/protocol/message-signer.ts'
import { parseJws, type SyncSigner } from '../../../shared/signing/jws.ts'
import { systemClock } from '../../runtime/ids.ts'

/** How a connection ended. */
export interface Closed {
  readonly code: number
  readonly reason: string
}

/** A connection on which a test says what it likes, message by message. */
export class RawSession {
  readonly #socket: WebSocket
  readonly #arrived: string[] = []
  #wake: () => void = () => undefined
  #closed: Closed | undefined

  constructor(url: string) {
    this.#socket = new WebSocket(url, SUBPROTOCOL)
    this.#socket.addEventListener('message', ({ data }) => {
      this.#arrived.push(String(data))
      this.#wake()
    })
    this.#socket.addEventListener('close', ({ code, reason }) => {
      this.#closed = { code, reason }
      this.#wake()
    })
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  /** The next message, or how the connection ended instead. */
  async next(): Promise<string | Closed> {
    for (;;) {
      const message = this.#arrived.shift()
      if (message !== undefined) return message
      if (this.#closed !== undefined) return this.#closed
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }

  /** One message, and what comes back. */
  ask(text: string): Promise<string | Closed> {
    this.send(text)
    return this.next()
  }

  close(): void {
    this.#socket.close()
  }
}

export interface Caller {
  readonly url: string
  readonly role: ServerRole
  readonly trust: MarketTrust
}

/** The greeting is there; its answer, as an honest client would give it, is not sent yet. */
export async function greeted(
  { url, role, trust }: Caller,
  me: ClientIdentity,
): Promise<{ readonly session: RawSession; readonly answer: string }> {
  const session = new RawSession(url)
  const welcome = await session.next()
  if (typeof welcome !== 'string') throw new Error(`closed with ${welcome.code} ${welcome.reason}`)
  const server = { role, userId: trust.find(role)?.userId ?? '' }
  const answered = await answerWelcome(welcome, server, me, trust.messageTrust(), systemClock.now())
  if (!answered.ok) throw new Error(answered.error.code)
  return { session, answer: answered.value.session }
}

/** An open session, or the reason with which the server closed the connection. */
export async function openSession(caller: Caller, me: ClientIdentity): Promise<RawSession | Closed> {
  const { session, answer } = await greeted(caller, me)
  const ready = await session.ask(answer)
  return typeof ready === 'string' ? session : ready
}

/** Code of a refusal, its signature by the server verified; `ok` for any other answer; the close code of a connection that ended. */
export async function codeOf(answer: string | Closed, { role, trust }: Caller): Promise<string> {
  if (typeof answer !== 'string') return `closed ${answer.code}`
  const parsed = parseJws(answer, { typ: () => true })
  if (!parsed.ok) throw new Error(parsed.error.code)
  const server = { role, userId: trust.find(role)?.userId ?? '' }
  const sent = await verifySentBy(parsed.value, server, trust.messageTrust())
  if (!sent.ok) throw new Error(sent.error.code)
  const { body } = parsed.value.payload as { body: { code: string } }
  return parsed.value.header.typ === TYP.refusal ? body.code : 'ok'
}

/** Header, payload and signature as their bytes say; the texts are not parsed, so that a rewrite changes only what it names. */
export interface Parts {
  readonly header: string
  readonly payload: string
}

export function partsOf(jws: string): Parts & { readonly signature: string } {
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const text = (part: string): string => fromUtf8(fromBase64Url(part) ?? new Uint8Array()) ?? ''
  return { header: text(header), payload: text(payload), signature }
}

/** Signs these very bytes, whatever they are. */
export function signBytes(signer: SyncSigner, header: Uint8Array, payload: Uint8Array): string {
  const input = `${toBase64Url(header)}.${toBase64Url(payload)}`
  return `${input}.${toBase64Url(signer.signSync(toUtf8(input)))}`
}
