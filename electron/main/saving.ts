import { dialog, session, type BrowserWindow } from 'electron'
import type { Language } from '../../shared/wallet-api/views.ts'
import { maySave } from './policy.ts'
import { WORDS } from './words.ts'

/**
 * What the page saves: Electron asks the person where. The page cannot see what comes of it and has said that it is saved, so where
 * it is not, this says so.
 */
export function watchSaving(language: () => Language, window: () => BrowserWindow | undefined): void {
  session.defaultSession.on('will-download', (event, item) => {
    if (!maySave(item.getURL())) {
      event.preventDefault()
      return
    }
    const fileName = item.getFilename()
    item.once('done', (_, state) => {
      if (state !== 'completed') void tellMissing(fileName, language(), window())
    })
  })
}

async function tellMissing(fileName: string, language: Language, window: BrowserWindow | undefined): Promise<void> {
  const { title, missing, what, ok } = WORDS[language].saving
  const options = { title, message: missing(fileName), detail: what, buttons: [ok], noLink: true }
  const shown = { ...options, type: 'warning' as const }
  await (window === undefined ? dialog.showMessageBox(shown) : dialog.showMessageBox(window, shown))
}
