import type { Language } from '../../shared/wallet-api/views.ts'
import { describeSigning } from '../host/describe.ts'
import { WORDS } from '../host/words.ts'
import type { Confirmable } from '../wallet/wallet.ts'

/** Position of the buttons. Escape, closing the dialog and a bare Enter all decline. */
const DECLINE = 0
const SIGN = 1

/** What the system's own dialog shows; no page can reach it. */
export function questionDialog(summary: Confirmable, language: Language, currency: string | undefined) {
  const { title, facts, asking } = describeSigning(summary, language, currency)
  return {
    type: 'question',
    title: asking.heading,
    message: title,
    detail: facts.map(([label, value]) => WORDS[language].fact(label, value)).join('\n'),
    buttons: [asking.decline, asking.agree],
    defaultId: DECLINE,
    cancelId: DECLINE,
    noLink: true,
  } as const satisfies { readonly type: 'question'; readonly [member: string]: unknown }
}

export function isApproved(response: number): boolean {
  return response === SIGN
}
