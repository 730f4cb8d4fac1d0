import { useEffect, useMemo, useRef, useState } from 'react'
import { create } from 'zustand'
import { classKey, type ClassRef } from '../../shared/documents/fields.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import { ok } from '../../shared/kernel/result.ts'
import type { EventBody, OperationOutput } from '../../shared/wallet-api/operations.ts'
import { useAnswer, type Answer } from './answers.ts'
import { useLink, wallet } from './wallet.ts'

export type Traded = OperationOutput<'market.trades'>
export type Trade = Traded['trades'][number]
type Book = OperationOutput<'market.book'>
export type Listing = OperationOutput<'market.listings'>[number]

/** Twenty pages: what a chart of this width can show. */
export const MOST_TRADES = 2_000

/** What the wallet has told of a class since it is watched here. */
export interface Told {
  readonly book: Book | undefined
  readonly listing: Listing | undefined
  readonly refusal: Refusal | undefined
  /** While nothing new is heard: until when everything was. */
  readonly staleSince: number | undefined
  /** The newest first. */
  readonly trades: readonly Trade[]
  /** How often trades were missed. */
  readonly missed: number
}

const NOTHING: Told = {
  book: undefined,
  listing: undefined,
  refusal: undefined,
  staleSince: undefined,
  trades: [],
  missed: 0,
}

const useTold = create<{ readonly classes: ReadonlyMap<string, Told> }>()(() => ({ classes: new Map() }))
const watched = new Map<string, { readonly ref: ClassRef; count: number }>()
let ends: readonly (() => void)[] = []

/** The class as it is now, for as long as somebody looks: nothing is asked again, the wallet tells what changes. */
export function useWatched({ security, shareClass }: ClassRef): Told {
  const key = classKey({ security, shareClass })
  useEffect(() => watch({ security, shareClass }), [security, shareClass])
  return useTold(({ classes }) => classes.get(key)) ?? NOTHING
}

const useListed = create<{ readonly listed: readonly Listing[] | undefined }>()(() => ({ listed: undefined }))

/** What is listed; while the exchange does not answer, what was listed when it last did. */
export function useListings(): Answer<readonly Listing[]> {
  const answer = useAnswer('market.listings', {})
  const told = answer.state === 'ready' ? answer.value : undefined
  useEffect(() => {
    if (told !== undefined) useListed.setState({ listed: told })
  }, [told])
  const listed = useListed((state) => state.listed)
  return answer.state === 'failed' && listed !== undefined ? { state: 'ready', value: listed } : answer
}

/** Several classes at once, by {@link classKey}. */
export function useAllWatched(refs: readonly ClassRef[]): ReadonlyMap<string, Told> {
  const keys = refs.map(classKey).join(' ')
  useEffect(() => {
    const ends = refs.map(({ security, shareClass }) => watch({ security, shareClass }))
    return () => {
      for (const end of ends) end()
    }
    // `keys` stands for the classes.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [keys])
  return useTold(({ classes }) => classes)
}

export function bookOf({ book, refusal }: Told): Answer<Book> {
  if (book !== undefined) return { state: 'ready', value: book }
  return refusal === undefined ? { state: 'loading' } : { state: 'failed', refusal }
}

/** Since when the prices of any watched class may be old. */
export function useStaleSince(): number | undefined {
  return useTold(({ classes }) =>
    [...classes.values()].reduce<number | undefined>(
      (first, { book, staleSince }) =>
        book === undefined || staleSince === undefined ? first : Math.min(first ?? staleSince, staleSince),
      undefined,
    ),
  )
}

function watch(ref: ClassRef): () => void {
  const key = classKey(ref)
  const known = watched.get(key)
  if (known !== undefined) known.count += 1
  else {
    if (watched.size === 0) ends = [wallet().on('market', take), useLink.subscribe(watchAnew)]
    watched.set(key, { ref, count: 1 })
    void begin(ref)
  }
  return () => {
    const left = watched.get(key)
    if (left === undefined) return
    left.count -= 1
    if (left.count > 0) return
    watched.delete(key)
    useTold.setState(({ classes }) => ({ classes: new Map([...classes].filter(([other]) => other !== key)) }))
    void wallet().call('market.unwatch', ref)
    if (watched.size > 0) return
    for (const end of ends) end()
  }
}

async function begin(ref: ClassRef): Promise<void> {
  const begun = await wallet().call('market.watch', ref)
  if (!begun.ok && watched.has(classKey(ref))) keep(classKey(ref), (told) => ({ ...told, refusal: begun.error }))
}

/** With a new connection to the wallet, nobody watches there; what happened between is not known. */
function watchAnew({ link }: { readonly link: string }, before: { readonly link: string }): void {
  if (link !== 'up' || before.link === 'up') return
  for (const [key, { ref }] of watched) {
    keep(key, (told) => ({ ...told, missed: told.missed + 1 }))
    void begin(ref)
  }
}

function take({ security, shareClass, ...update }: EventBody<'market'>): void {
  const key = classKey({ security, shareClass })
  if (!watched.has(key)) return
  keep(key, (told) => ({
    book: update.book ?? told.book,
    listing: update.listing ?? told.listing,
    // What was decoded has no member that is there and undefined.
    refusal: update.refusal as Refusal | undefined,
    staleSince: update.staleSince,
    trades: [...update.trades, ...told.trades].slice(0, MOST_TRADES),
    missed: told.missed + (update.missed ? 1 : 0),
  }))
}

function keep(key: string, change: (told: Told) => Told): void {
  useTold.setState(({ classes }) => ({ classes: new Map(classes).set(key, change(classes.get(key) ?? NOTHING)) }))
}

/** What was traded since then, the newest first, and at least the newest page. Asked for once, and again where trades were missed. */
export function useTrades(ref: ClassRef, since: number, told: Told): Answer<readonly Trade[]> {
  const { security, shareClass } = ref
  const [answer, setAnswer] = useState<Answer<readonly Trade[]>>({ state: 'loading' })
  const known = useRef<Traded>({ trades: [], more: true })
  // Before there is a picture, nothing says from where on trades are told.
  const isTold = told.book !== undefined
  // What could not be had is asked for again when the exchange is heard again.
  const isDue = answer.state === 'failed' && told.staleSince === undefined
  useEffect(() => {
    if (!isTold) return
    let ended = false
    void tradedSince({ security, shareClass }, since, known.current).then((found) => {
      if (ended) return
      if (found.ok) known.current = found.value
      setAnswer(found.ok ? { state: 'ready', value: found.value.trades } : { state: 'failed', refusal: found.error })
    })
    return () => {
      ended = true
    }
  }, [security, shareClass, since, told.missed, isTold, isDue])
  const { trades, refusal } = told
  return useMemo(() => {
    if (answer.state === 'ready') return { state: 'ready', value: withNewer(answer.value, trades) }
    return refusal === undefined || isTold ? answer : { state: 'failed', refusal }
  }, [answer, trades, refusal, isTold])
}

/** What was told since the page was asked for stands before it. */
export function withNewer(asked: readonly Trade[], told: readonly Trade[]): readonly Trade[] {
  const newest = asked[0]?.tradeSequence ?? 0n
  const newer = told.filter(({ tradeSequence }) => tradeSequence > newest)
  return newer.length === 0 ? asked : [...newer, ...asked]
}

async function tradedSince(ref: ClassRef, since: number, known: Traded): Promise<Result<Traded, Refusal>> {
  const newest = await wallet().call('market.trades', ref)
  if (!newest.ok) return newest
  let traded = joined(newest.value, known)
  for (;;) {
    const oldest = traded.trades.at(-1)
    if (oldest === undefined || !traded.more || oldest.at < since || traded.trades.length >= MOST_TRADES) break
    const page = await wallet().call('market.trades', { ...ref, before: oldest.tradeSequence })
    if (!page.ok) return page
    traded = { trades: [...traded.trades, ...page.value.trades], more: page.value.more }
  }
  return ok(traded)
}

/** A page and what was known before, if they meet: trades of a class are numbered without gaps. */
export function joined(page: Traded, known: Traded): Traded {
  const oldest = page.trades.at(-1)
  const newest = known.trades[0]
  if (oldest === undefined || newest === undefined || newest.tradeSequence + 1n < oldest.tradeSequence) return page
  const older = known.trades.filter(({ tradeSequence }) => tradeSequence < oldest.tradeSequence)
  return { trades: [...page.trades, ...older], more: known.more }
}
