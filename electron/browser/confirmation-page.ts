import { createHash } from 'node:crypto'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Description } from '../host/describe.ts'
import { WORDS } from '../host/words.ts'

/** The buttons take no click at first: a second click meant for the window before must not land on them. */
const STYLE = `:root{color-scheme:light dark;--paper:light-dark(#f6f2e9,#14161a);--surface:light-dark(#fffdf8,#1c1f25);--line:light-dark(#ddd5c4,#343943);--strong:light-dark(#8d8470,#7d8494);--ink:light-dark(#211e19,#efe9dc);--soft:light-dark(#5c5547,#b3ac9d);--seal:light-dark(#a8242b,#c23a3d);--indigo:light-dark(#2f4a78,#a9c0ea);background:var(--paper);color:var(--ink);font:16px/1.55 'Inter','Segoe UI','Hiragino Sans','Yu Gothic UI','Noto Sans CJK JP','Noto Sans JP',system-ui,sans-serif}
body{margin:0 auto;max-width:42rem;padding:1.25rem 1rem 2rem}
header{display:flex;align-items:center;gap:.6rem;margin:0 0 1.25rem;font-weight:600}
header svg{flex:none}
main{padding:1.5rem;border:1px solid var(--line);border-radius:10px;background:var(--surface)}
h1{margin:0;color:var(--soft);font-size:.9375rem;font-weight:600}
h2{margin:.15rem 0 .75rem;font-size:1.5rem;font-weight:650;line-height:1.3;text-wrap:balance}
p{margin:0 0 1.25rem;color:var(--soft);text-wrap:pretty}
p:last-child{margin:0}
dl{display:grid;grid-template-columns:minmax(8rem,auto) 1fr;margin:0 0 1.5rem}
dt,dd{padding:.6rem 0;border-top:1px solid var(--line)}
dt{padding-right:1.25rem;color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
form{display:flex;flex-wrap:wrap;gap:.75rem;animation:arm .8s steps(1) both}
button{min-height:44px;padding:.5rem 1.5rem;border:1px solid var(--strong);border-radius:6px;background:var(--surface);color:var(--ink);font:inherit;font-weight:600;cursor:pointer}
button.sign{border-color:var(--seal);background:var(--seal);color:#fff}
button:focus-visible{outline:3px solid var(--indigo);outline-offset:2px}
@keyframes arm{from{pointer-events:none}to{pointer-events:auto}}
@media (max-width:30rem){main{padding:1rem}dl{grid-template-columns:1fr}dt{padding-bottom:0}dd{padding-top:0;border-top:none}button{flex:1 1 8rem}}`

const MARK = `<svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true"><rect x="2" y="2" width="28" height="28" rx="5" fill="#a8242b"/><path d="M9 7v18M9 15h4M19 6v20M14 11h11M14 17h11M19 17l-5 7M19 17l6 7" fill="none" stroke="#fbf8f1" stroke-width="2.4" stroke-linecap="round"/></svg>`

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
    `<h1>${escape(asking.heading)}</h1><h2>${escape(described.title)}</h2><p>${escape(asking.check)}</p><dl>${facts}</dl>
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
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body><header>${MARK}Kabuken</header><main>${body}</main></body></html>`
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
