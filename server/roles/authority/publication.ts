import { writeMembers } from '../../../shared/documents/document.ts'
import {
  marketDescriptor,
  MAX_SERVER_CERTIFICATES,
  type MarketDescriptor,
  type MarketMember,
} from '../../../shared/documents/market-descriptor.ts'
import { assert } from '../../../shared/kernel/assert.ts'
import { type Bytes } from '../../../shared/kernel/bytes.ts'
import type { RevocationReason } from '../../../shared/pki/crl.ts'
import { createCrl, type Revocation } from '../../../shared/pki/issue-crl.ts'
import type { Issuer } from '../../../shared/pki/issue.ts'
import { signJws, type Signer } from '../../../shared/signing/jws.ts'
import type { ReadView } from '../../commit/view.ts'
import { present, SERVER_ROLES } from './domain/admission.ts'
import type { Committed } from './prepare.ts'
import type { AuthorityTerms } from './settings.ts'
import { PRESENT, type AuthorityTables, type MemberRow } from './tables.ts'

/** What the authority gives to everybody: who is in the market, and which certificates no longer count. */
export interface Publication {
  /** The market descriptor, a signed document with its chain. */
  descriptor(): Promise<string>
  /** DER. */
  crl(authority: 'root' | 'issuing'): Promise<Bytes>
}

const REASONS: Readonly<Record<string, RevocationReason>> = {
  unspecified: 'unspecified',
  key_compromise: 'keyCompromise',
  affiliation_changed: 'affiliationChanged',
  superseded: 'superseded',
  cessation_of_operation: 'cessationOfOperation',
}

const PAGE = 1000

function readRevocations(view: ReadView<AuthorityTables>): Revocation[] {
  const revoked: Revocation[] = []
  for (let after = ''; ;) {
    const rows = view.range('revocations', after, PAGE)
    for (const { serial, revokedAt, reason } of rows) {
      const known = REASONS[reason]
      assert(known !== undefined, `no reason ${reason}`)
      revoked.push({ serial, at: Number(revokedAt), reason: known })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return revoked
    after = last.serial
  }
}

/** Undefined for a server that has no signing certificate left. */
function readMember(view: ReadView<AuthorityTables>, row: MemberRow): MarketMember | undefined {
  const standing = view
    .where('certificates', 'userId', row.userId)
    .filter(({ state }) => state !== 'revoked')
    .sort((a, b) => Number(b.number - a.number))
  const certificates = standing.filter(({ usage }) => usage === 'signing').map(({ der }) => der)
  const agreementCertificate = standing.find(({ usage }) => usage === 'key-agreement')?.der
  if (row.url === null || certificates.length === 0) return undefined
  return {
    role: row.role as MarketMember['role'],
    userId: row.userId,
    name: row.name,
    url: row.url,
    certificates: certificates.slice(0, MAX_SERVER_CERTIFICATES),
    ...(agreementCertificate !== undefined && { agreementCertificate }),
    ...(row.role === 'issuer' && { securities: [...(row.securities as string[])] }),
  }
}

function readDescriptor(view: ReadView<AuthorityTables>, terms: AuthorityTerms, issuer: Issuer): MarketDescriptor {
  const { marketName, currency, demonstration, root, issuing, self } = terms
  const row = view.get('descriptors', PRESENT)
  return {
    marketName,
    // An authority needs a descriptor to sign its first request to itself: one older than any that it draws.
    sequence: 1 + Number(row?.sequence ?? 0n),
    issuedAt: row === undefined ? issuer.certificate.notBefore : Number(row.issuedAt),
    currency,
    demonstration,
    root,
    issuing: [issuing],
    members: [
      self,
      ...SERVER_ROLES.flatMap((role) => present(view, role)).flatMap((member) => readMember(view, member) ?? []),
    ],
  }
}

/** The last thing made, for as long as its number is the present one. A failure is not kept. */
function latest<Made>(): (key: string, make: () => Promise<Made>) => Promise<Made> {
  let kept: { readonly key: string; readonly made: Promise<Made> } | undefined
  return (key, make) => {
    if (kept?.key === key) return kept.made
    const entry = { key, made: make() }
    kept = entry
    entry.made.catch(() => {
      if (kept === entry) kept = undefined
    })
    return entry.made
  }
}

/**
 * Signs what the committed rows say, once for each number. Rows are read at the call, before anything waits, so what is
 * signed is of one commit. `chain` is the authority's own, leaf first, DER in base64; `rootCrlDer` comes from the offline root.
 */
export function publication(options: {
  readonly terms: AuthorityTerms
  readonly issuer: Issuer
  readonly signer: Signer
  readonly chain: readonly string[]
  readonly rootCrlDer: () => Bytes
  readonly committed: Committed
}): Publication {
  const { terms, issuer, signer, chain, rootCrlDer, committed } = options
  const list = latest<Bytes>()
  const descriptor = latest<string>()
  return {
    descriptor() {
      const view = committed()
      const sequence = view.get('descriptors', PRESENT)?.sequence ?? 0n
      return descriptor(sequence.toString(), () => {
        const body = writeMembers(marketDescriptor.schema, readDescriptor(view, terms, issuer))
        return signJws(signer, marketDescriptor.typ, body, { x5c: chain })
      })
    },
    crl(authority) {
      if (authority === 'root') return Promise.resolve(rootCrlDer())
      const view = committed()
      const row = view.get('lists', PRESENT)
      assert(row !== undefined, 'an authority draws a list when it starts')
      return list(row.number.toString(), () =>
        createCrl({
          issuer,
          number: row.number,
          thisUpdate: Number(row.thisUpdateAt),
          nextUpdate: Number(row.nextUpdateAt),
          revoked: readRevocations(view),
        }),
      )
    },
  }
}
