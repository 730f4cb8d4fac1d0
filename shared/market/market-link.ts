import { refuse, ok, type Refusal, type Result } from '../kernel/result.ts'

/** What one needs to join a market: where its authority is, and the fingerprint of its root, which a person compares. */
export interface MarketLink {
  /** WebSocket address of the authority, ending in `/authority`. */
  readonly authority: string
  /** SHA-256 of the root certificate, base64url. */
  readonly root: string
}

const AUTHORITY = /^wss?:\/\/[^/\s]+\/authority$/
const ROOT = /^[A-Za-z0-9_-]{43}$/

export function writeMarketLink({ authority, root }: MarketLink): string {
  return `kabuken://join?authority=${encodeURIComponent(authority)}&root=${root}`
}

/** The same as a file to hand over. */
export function writeMarketFile(link: MarketLink): string {
  return `${JSON.stringify({ format: 'kabuken-market', version: 1, ...link })}\n`
}

/** Reads a link, or the content of a file. Refuses everything else with `bad_link`. */
export function readMarketLink(text: string): Result<MarketLink, Refusal<'bad_link'>> {
  const { authority, root } = text.trimStart().startsWith('{') ? fromFile(text) : fromLink(text.trim())
  if (typeof authority !== 'string' || typeof root !== 'string' || !AUTHORITY.test(authority) || !ROOT.test(root))
    return refuse('bad_link', 'no market link: it looks like kabuken://join?authority=...&root=...')
  return ok({ authority, root })
}

/** The authority's pages are on the same port as its socket. */
export function httpOrigin(authority: string): string {
  const { protocol, host } = new URL(authority)
  return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}`
}

function fromLink(text: string): { authority?: unknown; root?: unknown } {
  if (!text.startsWith('kabuken://join?')) return {}
  const { searchParams } = new URL(text)
  return { authority: searchParams.get('authority'), root: searchParams.get('root') }
}

function fromFile(text: string): { authority?: unknown; root?: unknown } {
  try {
    const read = JSON.parse(text) as Readonly<Record<string, unknown>>
    return read['format'] === 'kabuken-market' && read['version'] === 1 ? read : {}
  } catch {
    return {}
  }
}
