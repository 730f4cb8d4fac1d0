import { completionNotice } from '../../shared/documents/completion-notice.ts'
import { readMembers } from '../../shared/documents/document.ts'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { exchangeEvents } from '../../shared/protocol/catalogue/exchange.ts'
import { issuerEvents } from '../../shared/protocol/catalogue/issuer.ts'
import type { TopicEvent } from '../../shared/protocol/request-reply.ts'
import { markRetired } from './certificates.ts'
import { addCollectable } from './collectables.ts'
import type { Connection } from './connection/connection.ts'
import { holder, type WalletContext } from './context.ts'
import { keepStatus } from './orders.ts'
import type { Change } from './state.ts'
import { refuse } from './refuse.ts'

/** Follows the events that concern the holder, at every server, from the last one that was seen. */
export class Following {
  readonly #context: WalletContext
  readonly #servers = new Map<string, MarketMember>()
  readonly #followed = new WeakSet<Connection>()
  /** Events are dealt with one after the other. */
  #tail: Promise<void> = Promise.resolve()
  #gap = false
  #ended = false
  #fault: (fault: Refusal) => void

  constructor(context: WalletContext, fault: (fault: Refusal) => void) {
    this.#context = context
    this.#fault = fault
  }

  /** Events were missed since this was last asked: orders and holdings say what they would have said. */
  takeGap(): boolean {
    const gap = this.#gap
    this.#gap = false
    return gap
  }

  /** Resolves when what has arrived so far has been dealt with. */
  async settled(): Promise<void> {
    let tail: Promise<void>
    do {
      tail = this.#tail
      await tail
    } while (tail !== this.#tail)
  }

  /** Throws KeychainError. */
  async follow(server: MarketMember): Promise<void> {
    const { store, servers } = this.#context
    const me = holder(store)
    if (!me.ok || this.#ended) return
    this.#servers.set(server.userId, server)
    const connection = await servers.connection(server, me.value.userId)
    if (this.#followed.has(connection)) return
    this.#followed.add(connection)
    const seen = store.read().events[server.userId]
    // A wallet that has seen nothing wants everything that is kept: completion notices exist nowhere else.
    connection.subscribe(`user:${me.value.userId}`, seen === undefined ? 0n : BigInt(seen), {
      onEvent: (event) => this.#enqueue(server, event),
      onGap: () => (this.#gap = true),
    })
  }

  /** Takes no more servers; resolves when what has arrived has been dealt with. */
  async end(): Promise<void> {
    this.#ended = true
    await this.settled()
  }

  /** After the connections were ended and made anew. */
  async resume(): Promise<void> {
    for (const server of this.#servers.values()) await this.follow(server)
  }

  #enqueue(server: MarketMember, event: TopicEvent): void {
    this.#tail = this.#tail
      .then(() => this.#take(server, event))
      .catch((error: unknown) => this.#fault({ code: 'internal_error', message: String(error) }))
  }

  async #take(server: MarketMember, event: TopicEvent): Promise<void> {
    const change = await changeOf(this.#context, server, event)
    if (!change.ok) this.#fault(change.error)
    // The event and what follows from it together: seen again after a crash, or never.
    await this.#context.store.update((draft, rows) => {
      if (change.ok) change.value(draft, rows)
      draft.events[server.userId] = event.sequence.toString()
    })
  }
}

async function changeOf(
  context: WalletContext,
  server: MarketMember,
  event: TopicEvent,
): Promise<Result<Change, Refusal>> {
  if (server.role === 'issuer') return issuerChange(server, event)
  return server.role === 'exchange' ? exchangeChange(context, event) : ok(() => {})
}

function issuerChange(server: MarketMember, { kind, body, at }: TopicEvent): Result<Change, Refusal> {
  switch (kind) {
    case 'to-collect': {
      const read = readMembers(issuerEvents['to-collect'], body)
      if (!read.ok) return read
      const { number, security, shareClass, certificateId, quantity } = read.value
      return ok((draft, rows) => {
        // Heard of before and collected.
        if (rows.certificates.get(certificateId) !== undefined) return
        addCollectable(draft, { number, issuer: server.userId, security, shareClass, quantity: quantity.toString() })
      })
    }
    case 'transfer-registered': {
      const read = readMembers(issuerEvents['transfer-registered'], body)
      if (!read.ok) return read
      return ok(markRetired([read.value.certificateId], { by: read.value.transferNumber, at: read.value.at }))
    }
    case 'certificate-stopped': {
      const read = readMembers(issuerEvents['certificate-stopped'], body)
      if (!read.ok) return read
      const { certificateId, stopped } = read.value
      return ok((_, rows) => {
        const row = rows.certificates.get(certificateId)
        if (row === undefined || row.state === 'retired' || row.state === 'lost') return
        rows.certificates.put(certificateId, { ...row, state: stopped ? 'stopped' : 'live', checkedAt: at })
      })
    }
    default:
      // A newer server may tell more than this wallet knows.
      return ok(() => {})
  }
}

async function exchangeChange(context: WalletContext, { kind, body }: TopicEvent): Promise<Result<Change, Refusal>> {
  switch (kind) {
    case 'order': {
      const read = readMembers(exchangeEvents.order, body)
      return read.ok ? ok(keepStatus(read.value, read.value.receivedAt)) : read
    }
    case 'completion': {
      const read = readMembers(exchangeEvents.completion, body)
      return read.ok ? completionChange(context, read.value.notice) : read
    }
    default:
      return ok(() => {})
  }
}

/** [TR6] The notice is evidence and is kept for good; it also says under which ID a remainder stays on offer (TR3). */
async function completionChange(context: WalletContext, notice: string): Promise<Result<Change, Refusal>> {
  const { market, store } = context
  const { trust } = market
  if (!trust.ok) return trust
  const me = holder(store)
  if (!me.ok) return me
  const signed = await trust.value.verifyMember(notice, completionNotice.typ, 'exchange')
  if (!signed.ok) return signed
  const read = readMembers(completionNotice.schema, signed.value.payload)
  if (!read.ok) return read
  const { matchNumber, userId, side, certificateId, remainderCertificateId, receptionNumber, transferNumber, at } =
    read.value
  if (userId !== me.value.userId) return refuse('not_for_me', 'a completion notice for somebody else')
  const sold = side === 'sell' ? [certificateId] : []
  const mark = markRetired(sold, { by: transferNumber, at })
  return ok((draft, rows) => {
    rows.notices.put(matchNumber, { notice })
    mark(draft, rows)
    const order = rows.orders.get(receptionNumber)
    if (order === undefined || remainderCertificateId === undefined || side === 'buy') return
    const certificateIds = [...new Set([...order.certificateIds, remainderCertificateId])]
    rows.orders.put(receptionNumber, { ...order, certificateIds })
  })
}
