import { createHash, randomUUID } from 'node:crypto'
import { equalBytes, fromBase64Url, toBase64Url } from '../../../shared/kernel/bytes.ts'
import { serially } from '../store/serial.ts'
import { assertName, assertSecret, exists, KeychainError, missing } from './keychain.ts'
import type { Keychain, Secret } from './keychain.ts'

/**
 * What is used of keytar. Not `findCredentials`: with a locked collection it takes an absent secret for a string and ends the
 * process with a segmentation fault.
 */
export interface SystemKeychain {
  getPassword(service: string, account: string): Promise<string | null>
  setPassword(service: string, account: string, password: string): Promise<void>
  deletePassword(service: string, account: string): Promise<boolean>
}

export interface OsKeychainOptions {
  /** Under which the system lists the entries. */
  readonly service?: string
  /** How long one call may take. A person may be typing the keychain's password meanwhile. */
  readonly timeoutMs?: number
  readonly system?: () => Promise<SystemKeychain>
}

const SERVICE = 'kabuken'
export const PROBE_SERVICE = 'kabuken-probe'
const TIMEOUT_MS = 60_000

/**
 * The keychain of macOS, Windows or the Linux desktop (Secret Service). On Linux the library keeps to the keyring daemon it
 * first met: when that is replaced, calls are `keychain_unavailable` until the program starts anew.
 */
export function osKeychain(options: OsKeychainOptions = {}): Keychain {
  const { service = SERVICE, timeoutMs = TIMEOUT_MS, system = loadKeytar } = options
  const inTurn = serially()
  const call = boundedCalls(system, timeoutMs)
  const read = (of: string, account: string): Promise<string | null> =>
    call((keytar) => keytar.getPassword(of, account))

  /**
   * Where nobody can unlock it, a locked collection answers "no such entry". So an entry counts as absent only when, around
   * the question, an entry of ours could be written and read: writing asks the user to unlock and fails if that fails.
   */
  async function find(name: string): Promise<string | undefined> {
    const found = await read(service, name)
    if (found !== null) return found
    const probe = randomUUID()
    await write(PROBE_SERVICE, probe, probe)
    try {
      const foundOpen = await read(service, name)
      if ((await read(PROBE_SERVICE, probe)) !== probe) throw closed()
      return foundOpen ?? undefined
    } finally {
      await call((keytar) => keytar.deletePassword(PROBE_SERVICE, probe))
    }
  }

  /** Only after a successful read: the keychain answers, so a failure here means that it does not open. */
  async function write(to: string, account: string, value: string): Promise<void> {
    await call(async (keytar) => {
      try {
        await keytar.setPassword(to, account, value)
      } catch (cause) {
        throw closed(cause)
      }
    })
  }

  return {
    async load(name) {
      assertName(name)
      const value = await inTurn(() => find(name))
      return value === undefined ? undefined : decode(name, value)
    },
    async create(name, secret) {
      assertName(name)
      assertSecret(secret)
      const value = encode(name, secret)
      await inTurn(async () => {
        if ((await find(name)) !== undefined) throw exists(name)
        await write(service, name, value)
        if ((await read(service, name)) !== value) {
          throw new KeychainError('keychain_not_saved', `the keychain did not keep the key ${name}`)
        }
      })
    },
    async remove(name) {
      assertName(name)
      await inTurn(async () => {
        if ((await find(name)) === undefined) throw missing(name)
        if (!(await call((keytar) => keytar.deletePassword(service, name)))) throw closed()
        if ((await find(name)) !== undefined) {
          throw new KeychainError('keychain_not_saved', `the keychain did not remove the key ${name}`)
        }
      })
    },
  }
}

/** Loaded when first used: where libsecret is missing, the program still starts and can say so. */
async function loadKeytar(): Promise<SystemKeychain> {
  const keytar = await import('keytar')
  return keytar.default
}

/**
 * A native call blocks one of Node's few threads and cannot be taken back. So there is at most one at a time, each caller
 * waits for a bounded time, and a call whose caller gave up before its turn is not made.
 */
function boundedCalls(
  system: () => Promise<SystemKeychain>,
  timeoutMs: number,
): <T>(act: (keytar: SystemKeychain) => Promise<T>) => Promise<T> {
  const inTurn = serially()
  return async (act) => {
    const abandoned = new AbortController()
    const answer = inTurn(async () => {
      abandoned.signal.throwIfAborted()
      return await act(await system())
    })
    const { promise: timeout, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      abandoned.abort()
      reject(new Error(`no answer within ${String(timeoutMs)} ms`))
    }, timeoutMs)
    try {
      return await Promise.race([answer, timeout])
    } catch (cause) {
      if (cause instanceof KeychainError) throw cause
      throw new KeychainError('keychain_unavailable', 'the keychain of this system cannot be used', { cause })
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * keytar passes on a text and no code, and the text may be translated, so the code follows from which call failed. One text is
 * known: GLib's for a collection that does not exist, where no password could be asked to create it.
 */
function closed(cause?: unknown): KeychainError {
  if (cause instanceof Error && cause.message.startsWith('Object does not exist at path')) {
    return new KeychainError('keychain_unavailable', 'this system has no keychain for the user yet', { cause })
  }
  return new KeychainError('keychain_locked', 'the keychain of this system is locked', { cause })
}

const VERSION = 'v1'
const VALUE = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/

/** Over the name as well, so that an entry that was moved to another name is noticed. */
function checksum(name: string, secret: Secret): Buffer {
  return createHash('sha256').update(`kabuken key ${VERSION}\0${name}\0`).update(secret).digest()
}

function encode(name: string, secret: Secret): string {
  return `${VERSION}.${toBase64Url(secret)}.${toBase64Url(checksum(name, secret))}`
}

function decode(name: string, value: string): Secret {
  const [, text = '', sum = ''] = VALUE.exec(value) ?? []
  const [secret, expected] = [fromBase64Url(text), fromBase64Url(sum)]
  if (secret === undefined || expected === undefined || !equalBytes(checksum(name, secret), expected)) {
    throw new KeychainError('keychain_damaged', `the entry of the key ${name} was altered`)
  }
  return secret
}
