import { dialog, type BrowserWindow } from 'electron'
import type { Host } from '../host/host.ts'
import type { Question } from '../host/confirmations.ts'
import { isApproved, questionDialog } from './question-dialog.ts'

type Asking = Pick<Host, 'confirmations' | 'language' | 'currency' | 'listen'>

/** Shows each question in the system's own dialog, one after the other: two at once would invite the wrong click. */
export function askInDialogs(
  host: () => Asking,
  window: () => BrowserWindow | undefined,
): (question: Question) => void {
  let turn: Promise<void> = Promise.resolve()
  return (question) => {
    turn = turn
      .then(() => show(host(), question, window()))
      .catch(() => void host().confirmations.answer(question.id, false))
  }
}

async function show(host: Asking, { id, summary }: Question, window: BrowserWindow | undefined): Promise<void> {
  if (host.confirmations.find(id) === undefined) return
  const over = new AbortController()
  // Out of time, or the wallet was locked: the dialog goes away by itself.
  const endListening = host.listen((event) => {
    if (event === 'confirmation-closed' && host.confirmations.find(id) === undefined) over.abort()
  })
  const { buttons, ...texts } = questionDialog(summary, host.language(), host.currency())
  const options = { ...texts, buttons: [...buttons], signal: over.signal }
  try {
    const { response } = await (window === undefined
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(window, options))
    host.confirmations.answer(id, isApproved(response))
  } finally {
    endListening()
  }
}
