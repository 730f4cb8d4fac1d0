import { z } from 'zod'
import { fromBase64Url, toHex } from '../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { MarketLink } from './api.ts'

/** A link is short enough for a QR code. */
const MAX_LINK = 500
const SHA256_BYTES = 32

const marketFile = z.strictObject({
  format: z.literal('kabuken-market'),
  version: z.literal(1),
  authority: z.string(),
  root: z.string(),
})

/** `kabuken://join?authority=<URL>&root=<thumbprint>`. */
export function formatMarketLink(link: MarketLink): string {
  return `kabuken://join?${new URLSearchParams({ authority: link.authorityUrl, root: link.rootThumbprint }).toString()}`
}

/** The same as a file. */
export function marketLinkFile(link: MarketLink): string {
  const file = { format: 'kabuken-market', version: 1, authority: link.authorityUrl, root: link.rootThumbprint }
  return `${JSON.stringify(file, undefined, 2)}\n`
}

/** Reads a link or the text of such a file. Refuses `bad_link`. */
export function readMarketLink(text: string): Result<MarketLink, Refusal> {
  const trimmed = text.trim()
  if (trimmed.length > MAX_LINK) return refuse('bad_link', 'too long for the link of a market')
  const named = trimmed.startsWith('{') ? readFile(trimmed) : readUrl(trimmed)
  return named === undefined ? refuse('bad_link', 'not the link of a market') : checkMarketLink(named)
}

/** Refuses `bad_link` unless it names an HTTP address and a SHA-256. */
export function checkMarketLink({ authorityUrl, rootThumbprint }: MarketLink): Result<MarketLink, Refusal> {
  if (fromBase64Url(rootThumbprint)?.length !== SHA256_BYTES)
    return refuse('bad_link', 'the root is not named by its SHA-256')
  const url = URL.parse(authorityUrl)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '')
    return refuse('bad_link', 'the authority has no HTTP address')
  return ok({ authorityUrl: url.origin, rootThumbprint })
}

function readUrl(text: string): MarketLink | undefined {
  const url = URL.parse(text)
  if (url?.protocol !== 'kabuken:' || url.host !== 'join') return undefined
  const [authorityUrl, rootThumbprint] = [url.searchParams.get('authority'), url.searchParams.get('root')]
  return authorityUrl === null || rootThumbprint === null ? undefined : { authorityUrl, rootThumbprint }
}

function readFile(text: string): MarketLink | undefined {
  try {
    const { data } = marketFile.safeParse(JSON.parse(text))
    return data === undefined ? undefined : { authorityUrl: data.authority, rootThumbprint: data.root }
  } catch {
    return undefined
  }
}

/** For comparing by eye or by telephone: 16 groups of four hexadecimal digits. */
export function formatFingerprint(thumbprint: string): string {
  const hex = toHex(fromBase64Url(thumbprint) ?? new Uint8Array()).toUpperCase()
  return hex.match(/.{4}/g)?.join(' ') ?? ''
}
