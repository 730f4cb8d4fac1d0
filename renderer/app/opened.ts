import { useEffect } from 'react'
import { create } from 'zustand'
import type { OperationOutput } from '../../shared/wallet-api/operations.ts'
import { wallet } from '../api/wallet.ts'
import { MAX_BACKUP_BYTES, MAX_FILE_BYTES } from '../ui/FileDrop.tsx'

export type Kind = OperationOutput<'files.identify'>['kind']

/** A file or link that the person opened with the wallet, or dropped on it. Nothing is done with it but to show it. */
interface Opened {
  readonly text: string
  readonly kind: Kind
}

interface OpenedFiles {
  /** Its screen takes it next. */
  readonly current: Opened | undefined
  /** They wait until the person asks for them. */
  readonly next: readonly Opened[]
  /** A screen took one, and the person has done nothing since: nothing else may come in its place. */
  readonly isFresh: boolean
  /** Why the last one cannot be opened. */
  readonly problem: 'unknown' | 'tooLarge' | undefined
}

export const useOpenedFiles = create<OpenedFiles>()(() => ({
  current: undefined,
  next: [],
  isFresh: false,
  problem: undefined,
}))

/** Dropped or chosen in this window. */
export async function openFiles(files: Iterable<File>): Promise<void> {
  const all = [...files]
  const fitting = (await Promise.all(all.map(async (file) => ((await fits(file)) ? [file] : [])))).flat()
  await open(await Promise.all(fitting.map((file) => file.text())), true)
  if (fitting.length < all.length) useOpenedFiles.setState({ problem: 'tooLarge' })
}

/** Of all files that the wallet knows, only backups grow with it. */
async function fits(file: File): Promise<boolean> {
  if (file.size <= MAX_FILE_BYTES) return true
  return file.size <= MAX_BACKUP_BYTES && (await kindOf(await file.slice(0, MAX_FILE_BYTES).text())) === 'backup'
}

/** Of a long file the beginning says what it is. */
async function kindOf(text: string): Promise<Kind | undefined> {
  const file = await wallet().call('files.identify', { text: text.slice(0, MAX_FILE_BYTES) })
  return file.ok ? file.value.kind : undefined
}

/** What was opened from outside since this was last asked. */
async function openArrived(): Promise<void> {
  const arrived = await wallet().call('files.arrived', {})
  if (arrived.ok) await open(arrived.value, false)
}

/** `isChosen`: the person waits for it here. Says what it is not, if it is nothing that the wallet knows. */
async function open(texts: readonly string[], isChosen: boolean): Promise<void> {
  if (texts.length === 0) return
  const identified = await Promise.all(
    texts.map(async (text) => {
      const kind = await kindOf(text)
      return kind === undefined ? [] : [{ text, kind }]
    }),
  )
  const known = identified.flat()
  useOpenedFiles.setState(({ current, next, isFresh }) => {
    const problem = known.length < texts.length ? 'unknown' : undefined
    if (current !== undefined || (!isChosen && (isFresh || next.length > 0)))
      return { next: [...next, ...known], problem }
    const [first, ...others] = known
    return { current: first, next: [...next, ...others], problem }
  })
}

export function openNext(): void {
  useOpenedFiles.setState(({ next: [current, ...next] }) => ({ current, next }))
}

export function closeProblem(): void {
  useOpenedFiles.setState({ problem: undefined })
}

export function closeCurrent(): void {
  useOpenedFiles.setState({ current: undefined })
}

/** For the screen that shows what is of this kind: takes it over, once. */
export function useOpened(kind: Kind, take: (text: string) => void): void {
  const current = useOpenedFiles((state) => state.current)
  useEffect(() => {
    if (current?.kind !== kind) return
    useOpenedFiles.setState({ current: undefined, isFresh: true })
    take(current.text)
  }, [current, kind, take])
}

/** For a wallet that has no market yet: what was opened before it waits for that. */
export function useOpenedMarket(take: (link: string) => void): void {
  const link = useOpenedFiles(({ current, next }) => [current, ...next].find((each) => each?.kind === 'market'))
  useEffect(() => {
    if (link === undefined) return
    useOpenedFiles.setState(({ current, next }) => {
      const [first, ...others] = [...(current === undefined ? [] : [current]), ...next].filter((each) => each !== link)
      return { current: first, next: others }
    })
    take(link.text)
  }, [link, take])
}

/** To be called once: asks for what was opened from outside, now and whenever it is told of. */
export function followOpened(): () => void {
  void openArrived()
  const used = (): void => {
    if (useOpenedFiles.getState().isFresh) useOpenedFiles.setState({ isFresh: false })
  }
  const kinds = ['pointerdown', 'keydown'] as const
  for (const kind of kinds) window.addEventListener(kind, used, { passive: true, capture: true })
  const end = wallet().on('arrived', () => void openArrived())
  return () => {
    end()
    for (const kind of kinds) window.removeEventListener(kind, used, { capture: true })
  }
}
