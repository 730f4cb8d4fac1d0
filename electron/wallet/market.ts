import type { MarketDescriptor, MarketMember, MemberRole } from '../../shared/documents/market-descriptor.ts'
import { fromBase64, fromUtf8, concatBytes, type Bytes } from '../../shared/kernel/bytes.ts'
import type { Clock } from '../../shared/kernel/ports.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { httpOrigin, readMarketLink, writeMarketLink, type MarketLink } from '../../shared/market/market-link.ts'
import { MarketTrust } from '../../shared/market/market-trust.ts'
import { MAX_CRL_BYTES } from '../../shared/pki/crl.ts'
import { sha256Base64Url } from '../../shared/signing/keys.ts'
import type { Verifier } from '../../shared/signing/jws.ts'
import type { Fetch, MarketView, Outcome } from './api.ts'
import { formatFingerprint } from './fingerprint.ts'
import type { Store, WalletState } from './state.ts'
import { refuse } from './refuse.ts'

/** The longest of what an authority publishes; a descriptor is shorter. */
const MAX_FETCHED_BYTES = MAX_CRL_BYTES
const FETCH_TIMEOUT_MS = 10_000
const REVOCATION_LISTS = ['/crl/root.crl', '/crl/issuing.crl'] as const

interface MarketPorts {
  readonly clock: Clock
  readonly fetch: Fetch
  readonly verifier: Verifier
}

/** The market that the wallet has joined: whom it believes, and where they are. What it has once seen it never takes back. */
export class Market {
  readonly #store: Store
  readonly #ports: MarketPorts
  #trust: MarketTrust | undefined

  constructor(store: Store, ports: MarketPorts) {
    this.#store = store
    this.#ports = ports
  }

  /** Takes up what was remembered. What can no longer be verified is left out until the market is asked again. */
  async open(kept: WalletState['market'] = this.#store.read().market): Promise<void> {
    if (kept === null) return
    const trust = this.#newTrust(kept.rootThumbprint)
    await trust.takeDescriptor(kept.descriptor)
    for (const crl of kept.crls) await trust.takeCrl(fromBase64(crl) ?? new Uint8Array())
    this.#trust = trust
  }

  get trust(): Result<MarketTrust, Refusal> {
    return this.#trust?.descriptor === undefined
      ? refuse('not_joined', 'the wallet has joined no market')
      : ok(this.#trust)
  }

  view(): MarketView | undefined {
    const kept = this.#store.read().market
    const descriptor = this.#trust?.descriptor
    if (kept === null || descriptor === undefined) return undefined
    const { marketName, demonstration, currency, members } = descriptor
    return {
      marketName,
      demonstration,
      currency,
      authorityUrl: kept.authorityUrl,
      rootThumbprint: kept.rootThumbprint,
      fingerprint: formatFingerprint(kept.rootThumbprint),
      members,
      stale: this.#trust?.freshness(this.#ports.clock.now()),
    }
  }

  async join(given: MarketLink | string): Outcome<MarketView> {
    const link = readMarketLink(typeof given === 'string' ? given : writeMarketLink(given))
    if (!link.ok) return link
    const kept = this.#store.read().market
    if (kept !== null && kept.rootThumbprint !== link.value.root)
      return refuse('already_joined', 'the wallet belongs to another market')
    const trust = this.#trust ?? this.#newTrust(link.value.root)
    return this.#fetchInto(trust, link.value)
  }

  async refresh(): Outcome<MarketView> {
    const kept = this.#store.read().market
    return kept === null || this.#trust === undefined
      ? refuse('not_joined', 'the wallet has joined no market')
      : this.#fetchInto(this.#trust, { authority: kept.authorityUrl, root: kept.rootThumbprint })
  }

  /** [SIG6] The trust, with revocation lists that are not overdue; `revocation_unknown` if none can be had. */
  async fresh(): Outcome<MarketTrust> {
    if (this.#trust !== undefined && this.#trust.freshness(this.#ports.clock.now()) !== undefined) await this.refresh()
    const { trust } = this
    if (!trust.ok) return trust
    const stale = trust.value.freshness(this.#ports.clock.now())
    return stale === undefined ? trust : refuse('revocation_unknown', stale.message)
  }

  /** The server in a role; for issuers the one that may issue the security. Refuses `no_server`. */
  server(role: MemberRole, security?: string): Result<MarketMember, Refusal> {
    const { trust } = this
    if (!trust.ok) return trust
    const member = trust.value.find(role, security)
    return member === undefined ? refuse('no_server', `the market has no ${role} for this`) : ok(member)
  }

  member(userId: string): MarketMember | undefined {
    return this.#trust?.member(userId)
  }

  issuers(): readonly MarketMember[] {
    return this.#trust?.descriptor?.members.filter(({ role }) => role === 'issuer') ?? []
  }

  /** A server's certificate by its `x5t#S256`, DER in base64. */
  async certificate(thumbprint: string): Promise<string | undefined> {
    for (const { certificates } of this.#trust?.descriptor?.members ?? []) {
      for (const certificate of certificates) {
        if ((await sha256Base64Url(fromBase64(certificate) ?? new Uint8Array())) === thumbprint) return certificate
      }
    }
    return undefined
  }

  #newTrust(rootThumbprint: string): MarketTrust {
    const { clock, verifier } = this.#ports
    return new MarketTrust({ rootThumbprint, verifier, clock })
  }

  async #fetchInto(trust: MarketTrust, link: MarketLink): Outcome<MarketView> {
    const text = await this.#get(link, '/market')
    if (!text.ok) return text
    const taken = await this.#takeDescriptor(trust, fromUtf8(text.value) ?? '')
    if (!taken.ok) return taken
    // A list that cannot be had or taken is not the end: it is old then, and says so itself.
    for (const path of REVOCATION_LISTS) {
      const der = await this.#get(link, path)
      if (der.ok) await trust.takeCrl(der.value)
    }
    const memory = trust.memory()
    if (memory === undefined) return refuse('not_joined', 'the market has not described itself')
    const market = {
      authorityUrl: link.authority,
      rootThumbprint: link.root,
      sequence: taken.value.sequence,
      ...memory,
      crls: [...memory.crls],
    }
    if (JSON.stringify(market) !== JSON.stringify(this.#store.read().market))
      await this.#store.update((draft) => void (draft.market = market))
    this.#trust = trust
    return ok(this.view() as MarketView)
  }

  async #takeDescriptor(trust: MarketTrust, jws: string): Promise<Result<MarketDescriptor, Refusal>> {
    const taken = await trust.takeDescriptor(jws)
    const known = this.#store.read().market?.sequence ?? 0
    return taken.ok && taken.value.sequence < known
      ? refuse('descriptor_rollback', `descriptor ${taken.value.sequence} is older than ${known}`)
      : taken
  }

  async #get({ authority }: MarketLink, path: string): Outcome<Bytes> {
    const url = new URL(path, httpOrigin(authority)).href
    try {
      const answer = await this.#ports.fetch(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS), redirect: 'error' })
      if (answer.status !== 200 || answer.body === null) return refuse('unreachable', `${url} answers ${answer.status}`)
      const parts: Uint8Array[] = []
      let length = 0
      for await (const part of answer.body) {
        length += part.length
        if (length > MAX_FETCHED_BYTES) return refuse('unreachable', `${url} answers without end`)
        parts.push(part)
      }
      return ok(concatBytes(...parts))
    } catch {
      return refuse('unreachable', `${url} does not answer`)
    }
  }
}
