import { app, dialog } from 'electron'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Log } from '../host/log.ts'
import { crashDialog, isRestart, needsPerson, type Crash } from './crash.ts'

interface Watched {
  readonly log: Log
  readonly logFile: string
  readonly language: () => Language
}

/** Everything that ends unforeseen is in the log; a person is asked once, whatever else follows from it. */
export function watchCrashes({ log, logFile, language }: Watched): void {
  let isAsking = false
  const onCrash = (crash: Crash): void => {
    if (isAsking || !needsPerson(crash)) return
    isAsking = true
    void ask(crash)
  }
  const ask = async (crash: Crash): Promise<void> => {
    await app.whenReady()
    const { buttons, ...texts } = crashDialog(crash, language(), logFile)
    const { response } = await dialog.showMessageBox({ ...texts, buttons: [...buttons] })
    if (isRestart(response)) app.relaunch()
    // What is stored is stored: after a fault of its own, nothing more is done in this process.
    if (crash.kind === 'main') app.exit(1)
    else app.quit()
  }
  process.on('uncaughtException', (error) => {
    log.fault('uncaught exception', error)
    onCrash({ kind: 'main' })
  })
  process.on('unhandledRejection', (reason) => {
    log.fault('unhandled rejection', reason)
    onCrash({ kind: 'main' })
  })
  app.on('render-process-gone', (_, __, { reason, exitCode }) => {
    log.note('page gone', { reason, exitCode })
    onCrash({ kind: 'page', reason })
  })
  app.on('child-process-gone', (_, { type, reason, exitCode, name }) => {
    log.note('process gone', { type, reason, exitCode, name })
    onCrash({ kind: 'process', reason })
  })
}
