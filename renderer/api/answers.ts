import { useCallback, useEffect, useState } from 'react'
import { create } from 'zustand'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { CallOptions } from '../../shared/wallet-api/client.ts'
import type { EventBody, OperationInput, OperationName, OperationOutput } from '../../shared/wallet-api/operations.ts'
import { useLink, wallet } from './wallet.ts'

/** What a screen shows of an operation's answer. While it is asked anew the former answer stays. */
export type Answer<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly refusal: Refusal }
  | { readonly state: 'ready'; readonly value: Value }

interface Asked {
  readonly name: OperationName
  readonly input: unknown
  readonly answer: Answer<unknown>
}

type Topic = EventBody<'changed'>['topics'][number]

/** Every answer that a mounted screen shows, once, by operation and input. */
const useAsked = create<{ readonly asked: ReadonlyMap<string, Asked> }>()(() => ({ asked: new Map() }))
const shownBy = new Map<string, number>()
const underWay = new Set<string>()
const again = new Set<string>()
const loading: Answer<never> = { state: 'loading' }

/** Asks the wallet, and asks again when it says that the answer changed. `reload` asks again at once. */
export function useAnswer<Name extends OperationName>(
  name: Name,
  input: OperationInput<Name>,
): Answer<OperationOutput<Name>> & { readonly reload: () => void } {
  const key = keyOf(name, input)
  useEffect(() => {
    shownBy.set(key, (shownBy.get(key) ?? 0) + 1)
    askFor(name, input)
    return () => {
      const left = (shownBy.get(key) ?? 1) - 1
      if (left > 0) {
        shownBy.set(key, left)
        return
      }
      shownBy.delete(key)
      useAsked.setState(({ asked }) => ({ asked: new Map([...asked].filter(([other]) => other !== key)) }))
    }
    // `key` stands for name and input: a new object of the same content is not a new question.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [key])
  const answer = useAsked(({ asked }) => asked.get(key)?.answer ?? loading) as Answer<OperationOutput<Name>>
  const reload = useCallback(() => void ask(key), [key])
  return { ...answer, reload }
}

/** Asks unless it was asked already: the answer can be under way before there is a screen that shows it. */
export function askFor<Name extends OperationName>(name: Name, input: OperationInput<Name>): void {
  const key = keyOf(name, input)
  if (useAsked.getState().asked.has(key)) return
  keep(key, { name, input, answer: loading })
  void ask(key)
}

/** One thing that a person can have done: `run` does it, `busy` while it runs, `refusal` why the last try came to nothing. */
export function useCommand<Name extends OperationName>(name: Name) {
  const [state, setState] = useState<{ readonly busy: boolean; readonly refusal?: Refusal }>({ busy: false })
  const run = useCallback(
    async (input: OperationInput<Name>, options?: CallOptions): Promise<Result<OperationOutput<Name>, Refusal>> => {
      setState({ busy: true })
      const result = await wallet().call(name, input, options)
      setState(result.ok ? { busy: false } : { busy: false, refusal: result.error })
      return result
    },
    [name],
  )
  const clear = useCallback(() => setState({ busy: false }), [])
  return { ...state, run, clear }
}

/** To be called once: answers follow what the wallet tells, and everything is asked anew after the host was away. */
export function followChanges(): () => void {
  const client = wallet()
  const ends = [
    client.on('changed', ({ topics }) => askAnew((name) => topics.some((topic) => concerns(name, topic)))),
    client.on('connection', () => askAnew((name) => name === 'overview')),
    client.on('confirmation-needed', () => askAnew((name) => name === 'overview')),
    client.on('confirmation-closed', () => askAnew((name) => name === 'overview')),
    useLink.subscribe(({ link }, before) => {
      if (link === 'up' && before.link === 'down') askAnew(() => true)
    }),
  ]
  return () => {
    for (const end of ends) end()
  }
}

function askAnew(which: (name: OperationName) => boolean): void {
  for (const [key, { name }] of useAsked.getState().asked) if (which(name)) void ask(key)
}

/** Whether an event of this topic can change what the operation answers. */
export function concerns(name: OperationName, topic: Topic): boolean {
  if (topic === 'node' || name.startsWith('node.')) return topic === 'node' && name.startsWith('node.')
  if (name === 'overview' || topic === 'lock') return true
  // The market is no matter of the wallet's: what moves in it is told to who watches.
  if (name.startsWith('market.')) return false
  if (name.startsWith('contacts.')) return topic === 'contacts'
  if (name.startsWith('settings.')) return topic === 'settings'
  if (name === 'about') return topic === 'about'
  if (name.startsWith('certificates.') && topic === 'remarks') return true
  if (name === 'certificates.list') return topic === 'certificates'
  return topic === 'wallet'
}

/** One question at a time: what is asked meanwhile is asked once more afterwards, so that a slow answer is shown all the same. */
async function ask(key: string): Promise<void> {
  if (underWay.has(key)) {
    again.add(key)
    return
  }
  underWay.add(key)
  do {
    again.delete(key)
    const question = useAsked.getState().asked.get(key)
    if (question === undefined) break
    const result = await wallet().call(question.name, question.input as never)
    // Nobody may look any more.
    if (!useAsked.getState().asked.has(key)) continue
    keep(key, {
      ...question,
      answer: result.ok ? { state: 'ready', value: result.value } : { state: 'failed', refusal: result.error },
    })
  } while (again.has(key))
  underWay.delete(key)
}

function keep(key: string, asked: Asked): void {
  useAsked.setState((before) => ({ asked: new Map(before.asked).set(key, asked) }))
}

function keyOf(name: OperationName, input: unknown): string {
  return `${name} ${JSON.stringify(input, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`
}
