import './api/jitless.ts'
import './ui/tokens.css'
import { createRoot } from 'react-dom/client'
import { App } from './app/App.tsx'
import { assert } from '../shared/kernel/assert.ts'
import { openWallet } from './api/wallet.ts'
import { startLanguage } from './i18n/language.ts'
import { followSettings } from './app/settings.ts'

const place = document.querySelector('#root')
assert(place !== null, 'index.html has the root element')
openWallet()
await startLanguage()
followSettings()
createRoot(place).render(<App />)
