/**
 * Runs in the main process before the application, in Electron and in its stand-in alike: tells the test what crosses between the
 * application and its page, and does for the test what a person does outside of the page. Only types may be imported from here.
 */
import { registerHooks } from 'node:module'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { app, BrowserWindow, dialog, ipcMain, session, type MessageBoxOptions } from 'electron'
import type { Json } from '../../shared/signing/canonical.ts'

export type Told =
  | { readonly kind: 'started'; readonly logs: string }
  /** One text between the page and its host. */
  | { readonly kind: 'message'; readonly from: 'page' | 'host'; readonly text: string }
  /** A dialog is on the screen, or gone. */
  | { readonly kind: 'question' | 'question-gone'; readonly id: string }
  | { readonly kind: 'saved'; readonly fileName: string; readonly path: string }
  | { readonly kind: 'done'; readonly call: number; readonly value: Json }

export type Wanted =
  | { readonly kind: 'press'; readonly id: string; readonly button: number }
  | { readonly kind: 'open'; readonly event: 'open-url' | 'open-file'; readonly value: string }
  | { readonly kind: 'ask'; readonly call: number; readonly operation: string; readonly input: Json }
  | { readonly kind: 'pdf'; readonly call: number }
  | { readonly kind: 'kill-node' | 'quit' }

/** No call of a page has it, so that no page takes its progress for its own. */
const NO_CALL = -1

type Handler = (event: unknown, call: unknown, operation: unknown, input: unknown) => Promise<Json>

const wire = connect(Number(process.env['KABUKEN_WITNESS']), '127.0.0.1')
const tell = (told: Told): void => void wire.write(`${JSON.stringify(told)}\n`)
// A test that is gone leaves no application behind.
wire.on('close', () => app.exit()).on('error', () => {})
createInterface(wire).on('line', (line) => void act(JSON.parse(line) as Wanted))
tell({ kind: 'started', logs: app.getPath('logs') })

// The keychain of whoever runs the tests is not touched: to the application there is none.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'keytar'
      ? { url: 'data:text/javascript,throw new Error("no keychain")', format: 'module', shortCircuit: true }
      : next(specifier, context),
})

let handler: Handler | undefined
const handle = ipcMain.handle.bind(ipcMain)
ipcMain.handle = (channel, answer) => {
  handler = answer as Handler
  handle(channel, async (event, call: unknown, operation: unknown, input: unknown) => {
    tell({ kind: 'message', from: 'page', text: JSON.stringify({ call: operation, input }) })
    const reply = (await answer(event, call, operation, input)) as Json
    tell({ kind: 'message', from: 'host', text: JSON.stringify(reply) })
    return reply
  })
}
app.on('web-contents-created', (_, contents) => {
  const send = contents.send.bind(contents)
  contents.send = (channel, ...values: unknown[]) => {
    tell({ kind: 'message', from: 'host', text: JSON.stringify([channel, ...values]) })
    send(channel, ...values)
  }
})

const questions = new Map<string, (response: number) => void>()
let lastQuestion = 0
const showMessageBox = (first: unknown, second?: MessageBoxOptions) => {
  const { signal, cancelId = 0 } = second ?? (first as MessageBoxOptions)
  lastQuestion += 1
  const id = String(lastQuestion)
  const { promise, resolve } = Promise.withResolvers<{ response: number; checkboxChecked: boolean }>()
  questions.set(id, (response) => {
    questions.delete(id)
    tell({ kind: 'question-gone', id })
    resolve({ response, checkboxChecked: false })
  })
  signal?.addEventListener('abort', () => questions.get(id)?.(cancelId))
  tell({ kind: 'question', id })
  return promise
}
Object.assign(dialog, { showMessageBox })

let saved = 0
void app.whenReady().then(() =>
  session.defaultSession.on('will-download', (_, item) => {
    saved += 1
    const path = join(app.getPath('userData'), `saved-${saved}`)
    // The person would say where, in the system's dialog.
    item.setSavePath(path)
    item.once('done', () => tell({ kind: 'saved', fileName: item.getFilename(), path }))
  }),
)

async function act(wanted: Wanted): Promise<void> {
  switch (wanted.kind) {
    case 'press':
      return questions.get(wanted.id)?.(wanted.button)
    case 'open':
      return void app.emit(wanted.event, { preventDefault: () => {} }, wanted.value)
    case 'ask': {
      const { sender, senderFrame } = ownPage()
      const value = await handler?.({ sender, senderFrame }, NO_CALL, wanted.operation, wanted.input)
      return tell({ kind: 'done', call: wanted.call, value: value ?? null })
    }
    case 'pdf': {
      const pdf = await ownPage().sender.printToPDF({ preferCSSPageSize: true, printBackground: true })
      return tell({ kind: 'done', call: wanted.call, value: Buffer.from(pdf).toString('base64') })
    }
    case 'kill-node': {
      const node = app.getAppMetrics().find(({ name }) => name === 'Kabuken node')
      if (node !== undefined) process.kill(node.pid, 'SIGKILL')
      return
    }
    case 'quit':
      return app.quit()
  }
}

function ownPage() {
  const [window] = BrowserWindow.getAllWindows()
  if (window === undefined) throw new Error('no window is open')
  const { webContents: sender } = window
  return { sender, senderFrame: sender.mainFrame }
}
