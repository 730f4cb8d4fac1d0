import { toBase64, fromBase64, type Bytes } from '../../shared/kernel/bytes.ts'
import { ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { createRequest } from '../../shared/pki/request.ts'
import { catalogue } from '../../shared/protocol/catalogue/catalogue.ts'
import { requestTyp, TYP } from '../../shared/protocol/message.ts'
import type { Signer } from '../../shared/signing/jws.ts'
import { keyThumbprint, sha256Base64Url, verificationKey, type KeyName } from '../../shared/signing/keys.ts'
import { restrictSigner } from '../../shared/signing/restrict-signer.ts'
import { importSigner } from '../../shared/signing/webcrypto.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Outcome, SigningSummary, WalletPorts } from './api.ts'
import { loadExisting } from './keychain/keychain.ts'
import type { Secret } from './keychain/keychain.ts'
import { askingSigner } from './asking-signer.ts'
import type { Store, WalletState } from './state.ts'
import { refuse } from './refuse.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const

/** Opening a connection and following topics: nothing a person would want to be asked about, and nothing else. */
const SESSION_TYPS: ReadonlySet<string> = new Set([
  TYP.session,
  ...Object.keys(catalogue).flatMap((role) => [requestTyp(`${role}.subscribe`), requestTyp(`${role}.unsubscribe`)]),
])

/** What the wallet signs with. Neither signer signs bytes of which it cannot tell what they say. */
export interface Signers {
  /** Connections only. */
  readonly session: Signer
  /** Requests and endorsements; asks the person. Throws `NotConfirmedError`. */
  readonly document: Signer
}

/** The private key: made here once, kept by the keychain, and in this process only as a handle that cannot be exported. */
export class Keys {
  readonly #store: Store
  readonly #ports: WalletPorts
  readonly #nameOf: (userId: string) => string | undefined
  readonly #signers = new Map<string, Promise<Signers>>()

  /** `nameOf`: the name of a server by its user ID, for the person who is asked. */
  constructor(store: Store, ports: WalletPorts, nameOf: (userId: string) => string | undefined) {
    this.#store = store
    this.#ports = ports
    this.#nameOf = nameOf
  }

  async create(): Outcome<{ readonly thumbprint: string }> {
    if (this.#store.read().key !== null) return refuse('key_exists', 'the wallet has a key already')
    const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
    const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
    const secret: Secret = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
    // The keychain first: a key that the wallet does not name does no harm, a name without its key would.
    const key = await this.keep(secret, spki)
    await this.#store.update((draft) => void (draft.key = key))
    return ok({ thumbprint: key.thumbprint })
  }

  /** Puts a key into the keychain, always under a new name; the wallet does not name it yet. Throws KeychainError. */
  async keep(secret: Secret, spki: Bytes): Promise<NonNullable<WalletState['key']>> {
    const name = `wallet-${this.#ports.ids.next()}`
    const thumbprint = await thumbprintOf(spki)
    await this.#ports.keychain.create(name, secret)
    return { name, spki: toBase64(spki), thumbprint }
  }

  get own(): Result<{ readonly thumbprint: string; readonly spki: Bytes }, Refusal> {
    const { key } = this.#store.read()
    if (key === null) return refuse('no_key', 'the wallet has no key yet')
    return ok({ thumbprint: key.thumbprint, spki: fromBase64(key.spki) ?? new Uint8Array() })
  }

  /** For a certificate (DER in base64), or for an applicant. Throws KeychainError, `keychain_missing` if the key is gone. */
  async signers(certificate: string | undefined): Promise<Signers> {
    const own = this.own
    assert(own.ok, 'nobody signs without a key')
    const name: KeyName =
      certificate === undefined
        ? { kid: own.value.thumbprint }
        : { 'x5t#S256': await sha256Base64Url(fromBase64(certificate) ?? new Uint8Array()) }
    const id = Object.values(name).join()
    const known = this.#signers.get(id) ?? this.#import(name)
    this.#signers.set(id, known)
    // A keychain that was locked may be open next time.
    known.catch(() => this.#signers.delete(id))
    return known
  }

  /** CA1: the PKCS#10 request for this key, DER in base64. */
  async certificationRequest(commonName: string): Promise<string> {
    const own = this.own
    assert(own.ok, 'nobody applies without a key')
    const privateKey = await crypto.subtle.importKey('pkcs8', await this.load(), ALGORITHM, false, ['sign'])
    // Exportable, because the public key is written into the request.
    const publicKey = await crypto.subtle.importKey('spki', own.value.spki, ALGORITHM, true, ['verify'])
    return toBase64(await createRequest({ keys: { publicKey, privateKey }, commonName }))
  }

  async #import(name: KeyName): Promise<Signers> {
    const signer = await importSigner(await this.load(), 'ES256', name)
    const confirm = (summary: SigningSummary): Promise<boolean> => this.#ports.confirm(summary)
    return { session: restrictSigner(signer, SESSION_TYPS), document: askingSigner(signer, confirm, this.#nameOf) }
  }

  /** The key itself; outside of this class for a backup alone. Throws KeychainError. */
  load(): Promise<Secret> {
    const { key } = this.#store.read()
    assert(key !== null, 'there is no key to load')
    return loadExisting(this.#ports.keychain, key.name)
  }
}

async function thumbprintOf(spki: Bytes): Promise<string> {
  const key = verificationKey(spki)
  assert(key !== undefined, 'a P-256 key has its form')
  return keyThumbprint(key)
}
