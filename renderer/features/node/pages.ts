import { useCallback, useEffect, useRef, useState } from 'react'
import type { Refusal } from '../../../shared/kernel/result.ts'
import type { OperationInput, OperationName, OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { Answer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'

/** 100 rows a page: what has more is for the command line and its files. */
const MAX_PAGES = 20

interface Pages<Row> {
  readonly rows: readonly Row[]
  /** There are more than these. */
  readonly more: boolean
}

/**
 * All rows that a part of the desk shows, page after page, and anew when the node says that something changed. `read` takes a page
 * apart: its rows, whether there are more, and what to ask for the next page with.
 */
export function usePages<Name extends OperationName, Row>(
  name: Name,
  input: OperationInput<Name>,
  read: (page: OperationOutput<Name>) => Pages<Row> & { readonly next: OperationInput<Name> },
): Answer<Pages<Row>> & { readonly reload: () => void } {
  const [answer, setAnswer] = useState<Answer<Pages<Row>>>({ state: 'loading' })
  const latest = useRef({ input, read })
  useEffect(() => {
    latest.current = { input, read }
  })
  const run = useRef(0)
  const key = JSON.stringify(input)
  const reload = useCallback(async () => {
    run.current += 1
    const own = run.current
    const rows: Row[] = []
    let asked = latest.current.input
    let more = true
    let refusal: Refusal | undefined
    for (let page = 0; more && refusal === undefined && page < MAX_PAGES; page += 1) {
      const result = await wallet().call(name, asked)
      if (run.current !== own) return
      if (result.ok) {
        const { rows: found, more: left, next } = latest.current.read(result.value)
        rows.push(...found)
        more = left && found.length > 0
        asked = next
      } else refusal = result.error
    }
    setAnswer(refusal === undefined ? { state: 'ready', value: { rows, more } } : { state: 'failed', refusal })
  }, [name])
  useEffect(() => {
    void reload()
    const end = wallet().on('changed', ({ topics }) => {
      if (topics.includes('node')) void reload()
    })
    return () => {
      run.current += 1
      end()
    }
    // `key` stands for the input: a new object of the same content is not a new question.
  }, [reload, key])
  return { ...answer, reload: () => void reload() }
}
