import { completionNotice, type CompletionNotice } from '../../shared/documents/completion-notice.ts'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { receptionNumber as receptionNumberField } from '../../shared/documents/fields.ts'
import { orderStatus, type Order, type OrderStatus } from '../../shared/documents/order.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { parseJws } from '../../shared/signing/jws.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import type {
  Book,
  CompletionView,
  HeldCertificate,
  Listing,
  OrderForm,
  OrderPrice,
  OrderView,
  Outcome,
  PlacedOrder,
  Trades,
} from './api.ts'
import { liveCertificate, listCertificates } from './certificates.ts'
import { holder, registeredAs, sealOwnAccount, type WalletContext } from './context.ts'
import type { Effect } from './effect.ts'
import { chooseForSale, takeForSale, type Choice } from './sale.ts'
import { readDocument } from './signing-summary.ts'
import type { Change, OrderRow, Store } from './state.ts'
import { refuse } from './refuse.ts'

export async function listings({ market, requests }: WalletContext): Outcome<readonly Listing[]> {
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const asked = await requests.inquire({ operation: 'exchange.listings', to: exchange.value, body: {} })
  return asked.ok ? ok(asked.value.listings) : asked
}

export async function book(
  { market, requests }: WalletContext,
  form: { readonly security: string; readonly shareClass: Order['shareClass']; readonly levels?: number },
): Outcome<Book> {
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const { security, shareClass, levels = 10 } = form
  return requests.inquire({ operation: 'exchange.book', to: exchange.value, body: { security, shareClass, levels } })
}

export async function trades(
  { market, requests }: WalletContext,
  form: { readonly security: string; readonly shareClass: Order['shareClass']; readonly before?: bigint },
): Outcome<Trades> {
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  return requests.inquire({ operation: 'exchange.trades', to: exchange.value, body: form })
}

/** [TR1] Signs and sends an order; for a sale the certificates go with it. */
export async function placeOrder(context: WalletContext, form: OrderForm): Outcome<PlacedOrder> {
  const { store, market, requests } = context
  const me = holder(store)
  if (!me.ok) return me
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const attached = attach(context, form)
  if (!attached.ok) return attached
  const certificateIds = attached.value.certificates.map(({ certificateId }) => certificateId)
  const currency = market.view()?.currency ?? ''
  const { security, shareClass, price, quantity, timeInForce } = form
  let requestId = ''
  const asked = await requests.command({
    operation: 'exchange.order',
    to: exchange.value,
    certificateIds,
    body: async (id) => {
      requestId = id
      const account = await sealOwnAccount(context, currency, id)
      if (!account.ok) return account
      const { userId } = me.value
      const settlementAccount = account.value
      const common = { security, shareClass, price, currency, quantity, timeInForce, userId, settlementAccount }
      return form.side === 'buy' ? buyOrder(store, common) : ok(sellOrder(store, common, certificateIds))
    },
  })
  if (!asked.ok) return asked
  const { receptionNumber } = asked.value
  // What can be matched at once is matched by now. Unanswered, the next event or synchronisation says it.
  await askStatus(context, receptionNumber)
  return ok({ receptionNumber, requestId, certificateIds, remainder: attached.value.remainder })
}

type Common = Omit<Extract<Order, { side: 'buy' }>, 'side' | 'name' | 'postalAddress'>

function buyOrder(store: Store, common: Common): Result<Order, Refusal> {
  const registered = registeredAs(store)
  return registered.ok ? ok({ side: 'buy', ...common, ...registered.value }) : registered
}

function sellOrder(store: Store, common: Common, certificateIds: string[]): Order {
  const certificates = certificateIds.map((id) => store.collections.certificates.get(id)?.certificate ?? '')
  return { side: 'sell', ...common, certificateIds, certificates }
}

/** Which certificates go with a sale: those named, or the fewest that cover it. */
function attach(context: WalletContext, form: OrderForm): Result<Choice<HeldCertificate>, Refusal> {
  const { side, security, shareClass, quantity, certificateIds } = form
  if (side === 'buy') return ok({ certificates: [], remainder: 0n })
  if (certificateIds === undefined) {
    const now = context.clock.now()
    const available = listCertificates(context.store, now).filter(
      (each) => each.state === 'live' && each.security === security && each.shareClass === shareClass,
    )
    // One that has reached its end of validity is renewed first (S75-77).
    return chooseForSale(
      available.filter(({ validUntil }) => validUntil === undefined || validUntil > now),
      quantity,
    )
  }
  const named: HeldCertificate[] = []
  for (const certificateId of new Set(certificateIds)) {
    const live = liveCertificate(context, certificateId)
    if (!live.ok) return live
    const { held } = live.value
    if (held.security !== security || held.shareClass !== shareClass)
      return refuse('certificate_unknown', 'a certificate of other shares', { certificateId })
    named.push(held)
  }
  return takeForSale(named, quantity)
}

/** [TR1] The receipt counts only for the order that was sent. */
export const orderReceived: Effect<'exchange.order'> = {
  replied: async (_, { row }, { receptionNumber, orderHash }) => {
    if (orderHash !== row.hash) return refuse('receipt_differs', 'the receipt is for another order')
    return ok((_draft, rows) => {
      const known = rows.orders.get(receptionNumber)
      rows.orders.put(receptionNumber, { ...known, certificateIds: [...row.certificateIds], placedAt: row.at })
    })
  },
}

export async function cancelOrder(
  context: WalletContext,
  receptionNumber: string,
): Outcome<{ readonly cancelled: bigint }> {
  const { market, requests } = context
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const asked = await requests.command({
    operation: 'exchange.cancel',
    to: exchange.value,
    body: { receptionNumber },
  })
  if (!asked.ok) return asked
  await askStatus(context, receptionNumber)
  return ok({ cancelled: asked.value.cancelled })
}

export async function replaceOrder(
  context: WalletContext,
  form: { readonly receptionNumber: string; readonly price: OrderPrice; readonly quantity: bigint },
): Outcome<{ readonly remaining: bigint }> {
  const { market, requests } = context
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const { receptionNumber, price, quantity } = form
  const asked = await requests.command({
    operation: 'exchange.replace',
    to: exchange.value,
    body: { receptionNumber, price, quantity },
  })
  if (!asked.ok) return asked
  await askStatus(context, receptionNumber)
  return ok({ remaining: asked.value.remaining })
}

/** [TR10] Asks the exchange and remembers its answer. */
export async function askStatus(context: WalletContext, receptionNumber: string): Outcome<OrderStatus> {
  const { market, requests, store, clock } = context
  if (!receptionNumberField.safeParse(receptionNumber).success)
    return refuse('bad_input', 'not a reception number', { member: 'receptionNumber' })
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const asked = await requests.inquire({
    operation: 'exchange.order-status',
    to: exchange.value,
    body: { receptionNumber },
  })
  if (asked.ok) await store.update(keepStatus(asked.value, clock.now()))
  return asked
}

/** Orders that this wallet did not place itself, for example before its folder was lost, are taken in too. */
export function keepStatus(status: OrderStatus, now: Millis): Change {
  return (_, rows) => {
    const known: OrderRow = rows.orders.get(status.receptionNumber) ?? { certificateIds: [], placedAt: now }
    const written = writeMembers(orderStatus, status) as Record<string, Json>
    rows.orders.put(status.receptionNumber, { ...known, status: written, placedAt: status.receivedAt })
  }
}

/** [TR10] The newest fifty, and what the wallet believes open beyond them. */
export async function refreshOrders(context: WalletContext): Outcome<number> {
  const { market, requests, store, clock } = context
  const exchange = market.server('exchange')
  if (!exchange.ok) return exchange
  const asked = await requests.inquire({
    operation: 'exchange.orders',
    to: exchange.value,
    body: { openOnly: false },
  })
  if (!asked.ok) return asked
  const { orders } = asked.value
  if (orders.length > 0)
    await store.update((draft, rows) => {
      for (const status of orders) keepStatus(status, clock.now())(draft, rows)
    })
  const told = new Set(orders.map(({ receptionNumber }) => receptionNumber))
  const others = listOrders(store).filter(({ receptionNumber, status }) => isOpen(status) && !told.has(receptionNumber))
  for (const { receptionNumber } of others) {
    const status = await askStatus(context, receptionNumber)
    if (!status.ok) return status
  }
  return ok(told.size + others.length)
}

function isOpen(status: OrderStatus | undefined): boolean {
  return status === undefined || ['holding', 'open', 'partly_filled'].includes(status.state)
}

export function listOrders(store: Store): readonly OrderView[] {
  return [...store.collections.orders.all()]
    .sort(([, a], [, b]) => b.placedAt - a.placedAt)
    .map(([receptionNumber, { certificateIds, status }]) => {
      const read = status === undefined ? undefined : readMembers(orderStatus, status as Json)
      return { receptionNumber, certificateIds, status: read?.ok === true ? read.value : undefined }
    })
}

export function listCompletions(store: Store): readonly CompletionView[] {
  const notices = store.collections.notices.all()
  const known = readNotices.get(notices)
  if (known !== undefined) return known
  const views = [...notices.values()]
    .flatMap(({ notice }) => {
      const read = readDocument(completionNotice, notice)
      return read === undefined ? [] : [completionView(read, notice)]
    })
    .sort((a, b) => b.at - a.at)
  readNotices.set(notices, views)
  return views
}

/** Asked for after every change of anything; the collection's map is the same until a notice comes. */
const readNotices = new WeakMap<ReadonlyMap<string, unknown>, readonly CompletionView[]>()

function completionView(read: CompletionNotice, notice: string): CompletionView {
  const { matchNumber, side, security, shareClass, quantity, priceMinor, amountMinor, currency, at } = read
  const { receptionNumber, transferNumber } = read
  const terms = { security, shareClass, quantity, priceMinor, amountMinor, currency, at }
  return { matchNumber, side, ...terms, receptionNumber, transferNumber, notice }
}

/** [TR9] The notice proves that the shares are gone; the settlement server pays once, whoever asks. */
export async function claim(
  context: WalletContext,
  matchNumber: string,
): Outcome<{ readonly matchNumber: string; readonly settledAt: Millis }> {
  const { store, market, requests } = context
  const row = store.collections.notices.get(matchNumber)
  const notice = row === undefined ? undefined : readDocument(completionNotice, row.notice)
  if (row === undefined || notice?.side !== 'sell')
    return refuse('no_completion_notice', 'the wallet has no notice that it sold in this match')
  const settlement = market.server('settlement')
  if (!settlement.ok) return settlement
  const parsed = parseJws(row.notice, { typ: completionNotice.typ })
  const exchangeCertificate = parsed.ok ? await market.certificate(parsed.value.header['x5t#S256']) : undefined
  if (exchangeCertificate === undefined) return refuse('no_server', 'the exchange that signed has left the market')
  return requests.command({
    operation: 'settlement.claim',
    to: settlement.value,
    body: async (requestId) => {
      const account = await sealOwnAccount(context, notice.currency, requestId)
      return account.ok ? ok({ completionNotice: row.notice, exchangeCertificate, account: account.value }) : account
    },
  })
}
