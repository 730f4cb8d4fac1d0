import { createHash } from 'node:crypto'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Description } from '../host/describe.ts'
import { WORDS } from '../host/words.ts'

/** The buttons take no click at first: a second click meant for the window before must not land on them. */
const STYLE = `:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:0 auto;max-width:40rem;padding:1.5rem}
h1{font-size:1rem;font-weight:600;margin:0 0 1rem;opacity:.75}
h2{font-size:1.35rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:minmax(7rem,auto) 1fr;gap:.5rem 1.25rem;margin:0 0 2rem}
dt{opacity:.75}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:flex;flex-wrap:wrap;gap:1rem;animation:arm .8s steps(1) both}
button{font:inherit;padding:.6rem 1.5rem;border:1px solid;border-radius:.5rem;background:Canvas;color:CanvasText;cursor:pointer}
button.sign{background:#0b57d0;border-color:#0b57d0;color:#fff}
button:focus-visible{outline:3px solid Highlight;outline-offset:2px}
@keyframes arm{from{pointer-events:none}to{pointer-events:auto}}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.75rem}}`

/** The page's own policy: no script at all, no other resource, and its form goes nowhere else. */
export const CONFIRMATION_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** What is to be signed, and the two answers. `csrf` is known to this page alone. */
export function questionPage(described: Description, csrf: string, language: Language): string {
  const { asking } = described
  const facts = described.facts.map(([label, value]) => `<dt>${escape(label)}</dt><dd>${escape(value)}</dd>`).join('')
  return page(
    language,
    asking.heading,
    `<h1>${escape(asking.heading)}</h1><h2>${escape(described.title)}</h2><dl>${facts}</dl>
<form method="post"><input type="hidden" name="csrf" value="${escape(csrf)}">
<button class="sign" name="answer" value="sign">${escape(asking.agree)}</button>
<button name="answer" value="decline">${escape(asking.decline)}</button></form>`,
  )
}

/** `told`: what became of the question. */
export function closingPage(told: string, language: Language): string {
  return page(language, told, `<h2>${escape(told)}</h2><p>${escape(WORDS[language].closeThis)}</p>`)
}

function page(language: Language, title: string, body: string): string {
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
