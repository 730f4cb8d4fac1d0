import { note } from './recorded.ts'
import { tellTest, told, type DialogOptions } from './wire.ts'

const open = new Map<number, (answer: unknown) => void>()
let last = 0

export function answerDialog(id: number, value: unknown): void {
  open.get(id)?.(value)
}

type Asking = DialogOptions & { readonly signal?: AbortSignal }

/** With or without the window that it belongs to. */
function ask(name: string, isGone: unknown) {
  return (first: object, second?: Asking): Promise<unknown> => {
    const options: Asking = second ?? first
    last += 1
    const id = last
    const { promise, resolve } = Promise.withResolvers<unknown>()
    open.set(id, (answer) => {
      if (open.delete(id)) resolve(answer)
    })
    options.signal?.addEventListener('abort', () => {
      tellTest({ kind: 'dialog-gone', id })
      answerDialog(id, isGone === undefined ? { response: options.cancelId ?? 0, checkboxChecked: false } : isGone)
    })
    const { signal: _, ...shown } = options
    tellTest({ kind: 'dialog', id, name, options: told(shown) as DialogOptions })
    return promise
  }
}

export const dialog = {
  showMessageBox: ask('showMessageBox', undefined),
  showOpenDialog: ask('showOpenDialog', { canceled: true, filePaths: [] }),
  showSaveDialog: ask('showSaveDialog', { canceled: true, filePath: '' }),
  showErrorBox: (title: string, content: string): void => note('dialog.showErrorBox', [title, content]),
}
