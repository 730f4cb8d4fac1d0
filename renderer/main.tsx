import './api/jitless.ts'
import './ui/tokens.css'

// Schemas decide how they work when they are made: whatever makes one is loaded after jitless.ts has run.
const { start } = await import('./start.tsx')
await start()
