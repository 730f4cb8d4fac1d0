import { createPublicKey, webcrypto, type KeyObject } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { toBase64 } from '../../shared/kernel/bytes.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { MarketTrust } from '../../shared/market/market-trust.ts'
import { createRequest } from '../../shared/pki/request.ts'
import type { KeyPair } from '../../shared/pki/keys.ts'
import type { OperationName, ReplyBody, RequestBody, ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { ConnectionLostError, type Link } from '../../shared/protocol/link.ts'
import type { ClientIdentity } from '../../shared/protocol/client-session.ts'
import { buildRequest, readReply } from '../../shared/protocol/request-reply.ts'
import { keyThumbprint, verificationKey } from '../../shared/signing/keys.ts'
import { nodeSigner } from '../runtime/node-signing.ts'
import { randomIds, systemClock, systemRandom } from '../runtime/ids.ts'
import { peerLink } from '../transport/peer-link.ts'
import { StartRefused, type RoleIdentity } from './role-folder.ts'

/** How often an applicant asks whether the authority has decided. */
const POLL_MS = 1_000

export interface RoleApplication {
  readonly role: Exclude<ServerRole, 'authority'>
  readonly name: string
  /** Where the role will listen. */
  readonly url: string
  readonly securities?: readonly string[]
  readonly invitation?: string
  readonly signingKey: KeyObject
  readonly agreementKey?: KeyObject
}

/** Asks one server until it answers, over a connection that may break meanwhile. The request keeps its ID, so it takes effect once. */
export class Asker {
  readonly #link: Link
  readonly #me: ClientIdentity
  readonly #server: { readonly role: ServerRole; readonly userId: string }
  readonly #trust: MarketTrust

  constructor(options: {
    readonly me: ClientIdentity
    readonly url: string
    readonly server: { readonly role: ServerRole; readonly userId: string }
    readonly trust: MarketTrust
  }) {
    this.#me = options.me
    this.#server = options.server
    this.#trust = options.trust
    this.#link = peerLink({
      url: options.url,
      server: options.server,
      me: options.me,
      trust: options.trust.messageTrust(),
      clock: systemClock,
      random: systemRandom,
    })
    this.#link.open()
  }

  /** Gives up with the last reason after `patienceMs` without an answer. */
  async ask<Name extends OperationName>(
    operation: Name,
    body: RequestBody<Name>,
    patienceMs = 30_000,
  ): Promise<Result<ReplyBody<Name>, Refusal>> {
    const draft = {
      operation,
      id: randomIds.next(),
      from: this.#me.from,
      to: this.#server.userId,
      at: systemClock.now(),
      body,
    }
    const { jws, hash } = await buildRequest(draft, this.#me.signer)
    const until = systemClock.now() + patienceMs
    for (;;) {
      try {
        const reply = await this.#link.request(draft.id, jws)
        const read = await readReply(reply, { ...draft, hash }, this.#server, this.#trust.messageTrust())
        return read.ok ? read.value : read
      } catch (error) {
        if (!(error instanceof ConnectionLostError)) throw error
        if (systemClock.now() > until) return { ok: false, error: this.#reason(error) }
        await pause(50)
      }
    }
  }

  close(): void {
    this.#link.close()
  }

  #reason(error: ConnectionLostError): Refusal {
    const { state } = this.#link
    return state.kind === 'waiting' ? state.reason : { code: error.code, message: error.message }
  }
}

/** Key pair of the web platform for a key that this process holds already. */
export async function webKeys(key: KeyObject): Promise<KeyPair> {
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' })
  // PKCS#10 proves possession by a signature, for a key-agreement key too (RFC 2986): it is never used to sign anything else.
  const signing = { name: 'ECDSA', namedCurve: 'P-256' }
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, signing, true, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', spki, signing, true, ['verify']),
  }
}

/** [CA1] for a server role: applies with its key, waits until the authority has decided, returns what it got. */
export async function enrolRole(
  application: RoleApplication,
  market: {
    readonly trust: MarketTrust
    /** Where the authority is reached from here. */
    readonly authorityUrl: string
    readonly waiting?: (applicationNumber: string) => void
  },
): Promise<RoleIdentity> {
  const authority = market.trust.find('authority')
  if (authority === undefined) throw new StartRefused('not_ready', 'the market has no authority')
  const me = await applicantWith(application.signingKey, application.name)
  const { request } = me
  const server = { role: 'authority' as const, userId: authority.userId }
  const asker = new Asker({ me, url: market.authorityUrl, server, ...market })
  try {
    let answered = await asker.ask('authority.enrol', {
      name: application.name,
      role: application.role,
      request,
      url: application.url,
      ...(application.agreementKey === undefined
        ? {}
        : { agreementRequest: await requestFor(application.agreementKey, application.name) }),
      ...(application.invitation === undefined ? {} : { invitation: application.invitation }),
      ...(application.securities === undefined ? {} : { securities: [...application.securities] }),
    })
    for (;;) {
      if (!answered.ok) throw new StartRefused(answered.error.code, `the authority refused: ${answered.error.message}`)
      const { state, userId, chain, agreementChain, applicationNumber, reason } = answered.value
      if (state === 'refused')
        throw new StartRefused('application_refused', `the authority refused: ${reason ?? 'no reason given'}`)
      if (state === 'approved' && userId !== undefined && chain !== undefined)
        return { userId, chain, ...(agreementChain === undefined ? {} : { agreementChain }) }
      market.waiting?.(applicationNumber)
      await pause(POLL_MS)
      answered = await asker.ask('authority.application', { applicationNumber })
    }
  } finally {
    asker.close()
  }
}

/** PKCS#10 in the name, DER in base64. */
export async function requestFor(key: KeyObject, commonName: string): Promise<string> {
  return toBase64(await createRequest({ keys: await webKeys(key), commonName }))
}

/** Somebody who proves to have the key, and no certificate. */
export async function applicantWith(
  key: KeyObject,
  commonName: string,
): Promise<ClientIdentity & { readonly request: string }> {
  const known = verificationKey(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  if (known === undefined) throw new StartRefused('wrong_key', 'the key is neither on P-256 nor Ed25519')
  const kid = await keyThumbprint(known)
  const signer = nodeSigner(key.export({ type: 'pkcs8', format: 'der' }), { kid })
  return { from: `applicant:${kid}`, signer, request: await requestFor(key, commonName) }
}
