/** [IS1] The issuer's offerings as a web page: no script, nothing fetched, readable on a telephone, in two languages. */
import { createHash } from 'node:crypto'
import type { Offering, ShareClassTerms } from '../../shared/documents/offering.ts'
import type { ShareClass } from '../../shared/documents/fields.ts'
import type { Millis } from '../../shared/kernel/ports.ts'
import type { PageReply, PageRequest } from './pages.ts'

type Language = 'en' | 'ja'

const WORDS = {
  en: {
    title: 'Share offerings',
    lead: 'Shares that can be subscribed for in the wallet. The terms shown there are the ones that bind.',
    none: 'Nothing is on offer at present.',
    open: 'Open',
    upcoming: 'Opens later',
    ended: 'Closed',
    price: 'Price per share',
    quantity: 'Shares offered',
    left: 'Still available',
    period: 'Subscription period (UTC)',
    terms: 'Terms of the offering',
    classTerms: 'Terms of the class',
    hash: 'Fingerprint of the terms (SHA-256)',
    classes: 'Classes of shares',
    company: 'Company',
    shareClass: 'Class',
    issued: 'Issued',
    authorised: 'Authorised',
    restriction: 'Transfer',
    transfer_none: 'free',
    transfer_company_approval: 'with the company’s approval',
    transfer_not_transferable: 'not transferable',
    other: '日本語',
    common: 'common',
    preferred: 'preferred',
    deferred: 'deferred',
    convertible: 'convertible',
  },
  ja: {
    title: '株式の募集',
    lead: 'ウォレットから申し込める株式です。効力を持つのは、ウォレットに表示される条件です。',
    none: '現在、募集中の株式はありません。',
    open: '受付中',
    upcoming: '受付前',
    ended: '受付終了',
    price: '1株の払込金額',
    quantity: '募集株式数',
    left: '残り',
    period: '申込期間（UTC）',
    terms: '募集事項',
    classTerms: '株式の内容',
    hash: '募集事項の指紋（SHA-256）',
    classes: '株式の種類',
    company: '会社',
    shareClass: '種類',
    issued: '発行済み',
    authorised: '発行可能',
    restriction: '譲渡',
    transfer_none: '自由',
    transfer_company_approval: '会社の承認が必要',
    transfer_not_transferable: '譲渡不可',
    other: 'English',
    common: '普通株',
    preferred: '優先株',
    deferred: '劣後株',
    convertible: '転換株',
  },
} as const satisfies Record<Language, Record<string, string> & Record<ShareClass, string>>

const STYLE = `
:root{color-scheme:light dark;--ground:#f7f6f2;--card:#fff;--ink:#1d2330;--quiet:#5a6272;--line:#d9d6cc;--accent:#1f5f4a;--on:#e3f0ea}
@media(prefers-color-scheme:dark){:root{--ground:#14171c;--card:#1d2128;--ink:#e9e7e1;--quiet:#a4abb8;--line:#343a44;--accent:#7fcfae;--on:#1d3a30}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,"Hiragino Sans","Noto Sans CJK JP","Noto Sans JP",sans-serif}
main{max-width:46rem;margin:0 auto;padding:2rem 1rem 4rem}
header{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:baseline;justify-content:space-between}
h1{font-size:1.75rem;line-height:1.2;margin:0}
h2{font-size:1.2rem;line-height:1.3;margin:0}
a{color:var(--accent)}
.lead,.quiet{color:var(--quiet)}
article,.classes{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1.25rem;margin:1.5rem 0}
.top{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;justify-content:space-between}
.state{border-radius:1rem;padding:.1rem .75rem;font-size:.875rem;border:1px solid var(--line);color:var(--quiet)}
.state.open{background:var(--on);border-color:var(--accent);color:var(--accent)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,8rem),1fr));gap:.75rem 1.5rem;margin:1rem 0 0}
dt{color:var(--quiet);font-size:.875rem}
dd{margin:0;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.wide{grid-column:1/-1}
.classes dl+dl{border-top:1px solid var(--line);padding-top:1rem}
time{white-space:nowrap}
.text{white-space:pre-line;overflow-wrap:anywhere;margin:0}
summary{cursor:pointer;color:var(--accent);padding:.25rem 0}
summary:focus-visible,a:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
code{font-size:.8125rem;color:var(--quiet)}
`

/** Allows the page's one style element in the Content-Security-Policy (CSP 3 section 8.4). */
const STYLE_HASH = `sha256-${createHash('sha256').update(STYLE).digest('base64')}`

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For element content and quoted attribute values. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
}

/** `?lang=` if it is a language we have, else the reader's first such preference, else English. */
export function chooseLanguage(request: Pick<PageRequest, 'query' | 'acceptLanguage'>): Language {
  const asked = request.query.get('lang')
  if (asked === 'en' || asked === 'ja') return asked
  const ranked = request.acceptLanguage
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';')
      const q = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find((value) => value !== undefined)
      return { language: tag.toLowerCase().split('-')[0], weight: Number(q ?? '1') }
    })
    .filter(({ language, weight }) => (language === 'en' || language === 'ja') && weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
  return ranked[0]?.language === 'ja' ? 'ja' : 'en'
}

function formatMoney(minor: bigint, currency: string, language: Language): string {
  const format = new Intl.NumberFormat(language, { style: 'currency', currency })
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2
  const unit = 10n ** BigInt(digits)
  const fraction = digits === 0 ? '' : `.${(minor % unit).toString().padStart(digits, '0')}`
  // As text, because 18 digits are more than a floating-point number holds.
  return format.format(`${minor / unit}${fraction}` as Intl.StringNumericLiteral)
}

function formatInstant(at: Millis): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

function row(term: string, value: string, wide = false): string {
  return `<div${wide ? ' class="wide"' : ''}><dt>${term}</dt><dd>${value}</dd></div>`
}

function unfold(summary: string, text: string): string {
  return `<details><summary>${summary}</summary><p class="text">${escapeHtml(text)}</p></details>`
}

function offeringCard(offering: Offering, now: Millis, language: Language): string {
  const words = WORDS[language]
  const state = now < offering.opensAt ? 'upcoming' : now < offering.closesAt ? 'open' : 'ended'
  const count = (value: bigint): string => value.toLocaleString(language)
  const name = `${escapeHtml(offering.companyName)}, ${words[offering.shareClass]}`
  return `<article aria-labelledby="${escapeHtml(offering.offeringNumber)}">
<div class="top"><h2 id="${escapeHtml(offering.offeringNumber)}">${name}</h2><span class="state ${state}">${words[state]}</span></div>
<p class="quiet">${escapeHtml(offering.security)} · ${escapeHtml(offering.offeringNumber)}</p>
<dl>
${row(words.price, escapeHtml(formatMoney(offering.priceMinor, offering.currency, language)))}
${row(words.quantity, count(offering.quantity))}
${row(words.left, count(offering.quantity - offering.subscribed))}
${row(words.period, `<time datetime="${new Date(offering.opensAt).toISOString()}">${formatInstant(offering.opensAt)}</time> – <time datetime="${new Date(offering.closesAt).toISOString()}">${formatInstant(offering.closesAt)}</time>`, true)}
${row(words.hash, `<code>${escapeHtml(offering.termsHash)}</code>`, true)}
</dl>
${unfold(words.terms, offering.terms)}
${offering.classTerms === undefined ? '' : unfold(words.classTerms, offering.classTerms)}
</article>`
}

function classCard(terms: ShareClassTerms, language: Language): string {
  const words = WORDS[language]
  return `<dl>
${row(words.company, `${escapeHtml(terms.companyName)} (${escapeHtml(terms.security)})`)}
${row(words.shareClass, words[terms.shareClass])}
${row(words.issued, terms.issued.toLocaleString(language))}
${row(words.authorised, terms.authorised.toLocaleString(language))}
${row(words.restriction, words[`transfer_${terms.transferRestriction}`])}
</dl>`
}

/** The page as it stands at `now`. Everything that came from people is escaped. */
export function offeringsPage(
  offerings: readonly Offering[],
  classes: readonly ShareClassTerms[],
  now: Millis,
  request: Pick<PageRequest, 'query' | 'acceptLanguage'>,
): PageReply {
  const language = chooseLanguage(request)
  const other = language === 'en' ? 'ja' : 'en'
  const words = WORDS[language]
  const cards = offerings.map((offering) => offeringCard(offering, now, language)).join('\n')
  const body = `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${words.title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${words.title}</h1><a href="?lang=${other}" hreflang="${other}" lang="${other}">${words.other}</a></header>
<p class="lead">${words.lead}</p>
${cards === '' ? `<p>${words.none}</p>` : cards}
${classes.length === 0 ? '' : `<section class="classes" aria-labelledby="classes"><h2 id="classes">${words.classes}</h2>${classes.map((each) => classCard(each, language)).join('\n')}</section>`}
</main>
</body>
</html>
`
  return { status: 200, contentType: 'text/html; charset=utf-8', body, styleHash: STYLE_HASH, variesByLanguage: true }
}
