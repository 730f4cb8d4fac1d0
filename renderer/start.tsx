import { createRoot } from 'react-dom/client'
import { assert } from '../shared/kernel/assert.ts'
import { askFor } from './api/answers.ts'
import { openWallet } from './api/wallet.ts'
import { App } from './app/App.tsx'
import { followMenu } from './app/menu.ts'
import { followSettings } from './app/settings.ts'
import { startLanguage } from './i18n/language.ts'

export async function start(): Promise<void> {
  const place = document.querySelector('#root')
  assert(place !== null, 'index.html has the root element')
  openWallet()
  // Every screen stands on it, and it is under way while the words are loaded.
  askFor('overview', {})
  await startLanguage()
  followSettings()
  followMenu()
  createRoot(place).render(<App />)
}
