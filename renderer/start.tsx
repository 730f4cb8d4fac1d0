import { createRoot } from 'react-dom/client'
import { assert } from '../shared/kernel/assert.ts'
import { openWallet } from './api/wallet.ts'
import { App } from './app/App.tsx'
import { followMenu } from './app/menu.ts'
import { followSettings } from './app/settings.ts'
import { startLanguage } from './i18n/language.ts'

export async function start(): Promise<void> {
  const place = document.querySelector('#root')
  assert(place !== null, 'index.html has the root element')
  openWallet()
  await startLanguage()
  followSettings()
  followMenu()
  createRoot(place).render(<App />)
}
