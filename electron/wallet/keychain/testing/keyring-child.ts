/** Scenarios inside a session of keyring-session.ts: `keyring-child.ts <scenario>` prints one line of JSON. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { openOffline } from '../../backup/testing/restore-child.ts'
import { openBackup } from '../../wallet.ts'
import { loadExisting, KeychainError } from '../keychain.ts'
import type { Secret } from '../keychain.ts'
import { detectKeychain } from '../choose.ts'
import { osKeychain } from '../os.ts'
import { CONTRACT } from './contract.ts'
import type { Subject } from './contract.ts'
import { KEYRING_PASSWORD } from './keyring-session.ts'

const SERVICE = 'kabuken'
/** Recognised in the files of the keyring if it were written there in plain. */
const CANARY: Secret = new Uint8Array(Buffer.from('a private key that must be nowhere in plain text'.repeat(2)))

const keychain = osKeychain()

/** secret-tool reaches the same entries as keytar, past both of us. */
function secretTool(command: 'lookup' | 'store' | 'clear', account: string, input?: string): string | undefined {
  const label = command === 'store' ? ['--label', `${SERVICE}/${account}`] : []
  const args = [
    command,
    ...label,
    'service',
    SERVICE,
    'account',
    account,
    'xdg:schema',
    'org.freedesktop.Secret.Generic',
  ]
  try {
    return execFileSync('secret-tool', args, {
      encoding: 'utf8',
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'ignore'],
    })
  } catch {
    return undefined
  }
}

const subject: Subject = {
  keychain,
  read: (name) => Promise.resolve(secretTool('lookup', name)),
  write: (name, stored) => Promise.resolve(void secretTool('store', name, stored)),
  erase: (name) => Promise.resolve(void secretTool('clear', name)),
  alterations: {
    'cut off': (value) => value.slice(0, -1),
    'without checksum': (value) => value.slice(0, value.lastIndexOf('.')),
    'another first letter': (value) => value.replace(/^v1\.(.)/, (_, first) => `v1.${first === 'A' ? 'B' : 'A'}`),
    'a newer version': (value) => value.replace('v1.', 'v2.'),
    'with padding': (value) => `${value}=`,
    'something else': () => 'a password that a browser put here',
  },
}

async function outcome(task: Promise<unknown>): Promise<unknown> {
  try {
    return (await task) ?? 'nothing'
  } catch (error) {
    return error instanceof KeychainError ? error.code : String(error)
  }
}

function secretService(member: string, ...args: readonly string[]): string {
  const object = ['--session', '--print-reply', '--dest=org.freedesktop.secrets', '/org/freedesktop/secrets']
  return execFileSync('dbus-send', [...object, `org.freedesktop.Secret.${member}`, ...args], { encoding: 'utf8' })
}

function daemonPid(): number {
  const bus = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus']
  const ask = 'org.freedesktop.DBus.GetConnectionUnixProcessID'
  const reply = execFileSync('dbus-send', [...bus, ask, 'string:org.freedesktop.secrets'], { encoding: 'utf8' })
  return Number(/uint32 (\d+)/.exec(reply)?.[1])
}

async function everyCall(of = keychain): Promise<Record<string, unknown>> {
  return {
    load: await outcome(of.load('key')),
    loadUnknown: await outcome(of.load('unknown')),
    create: await outcome(of.create('another', CANARY)),
    createAgain: await outcome(of.create('key', CANARY)),
    remove: await outcome(of.remove('key')),
  }
}

async function afterwards(): Promise<unknown> {
  const key = Buffer.from(await loadExisting(keychain, 'key'))
  return { keyKept: key.equals(CANARY), another: await outcome(keychain.load('another')) }
}

async function detected(): Promise<unknown> {
  const found = await detectKeychain()
  return found.ok ? 'works' : { code: found.error.code, cause: String(found.error.cause) }
}

const scenarios: Readonly<Record<string, () => Promise<unknown>>> = {
  async contract() {
    const results: Record<string, string> = {}
    for (const { title, run } of CONTRACT) {
      results[title] = await run(subject).then(
        () => 'ok',
        (error: unknown) => String(error),
      )
    }
    return results
  },

  async locked() {
    await keychain.create('key', CANARY)
    secretService('Service.Lock', 'array:objpath:/org/freedesktop/secrets/collection/login')
    const whileLocked = { ...(await everyCall()), detected: await detected() }
    // Without a prompt, the way to unlock it is another daemon; and libsecret stays with the one it knows, hence a new process.
    execFileSync('gnome-keyring-daemon', ['--replace', '--unlock', '--components=secrets'], {
      input: KEYRING_PASSWORD,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const afterwards = execFileSync(process.execPath, [import.meta.filename, 'afterwards'], { encoding: 'utf8' })
    return { whileLocked, afterwards: JSON.parse(afterwards) }
  },

  async stopped() {
    await keychain.create('key', CANARY)
    const pid = daemonPid()
    const impatient = osKeychain({ timeoutMs: 300 })
    process.kill(pid, 'SIGSTOP')
    const whileStopped = await everyCall(impatient)
    process.kill(pid, 'SIGCONT')
    return { whileStopped, afterwards: await afterwards() }
  },

  afterwards,

  async detect() {
    await keychain.create('key', CANARY)
    const verdict = await detected()
    const search = ['search', '--all', 'xdg:schema', 'org.freedesktop.Secret.Generic']
    // Only labels are looked at: the entries' secrets are nobody's to print.
    const found = execFileSync('secret-tool', search, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return { verdict, labels: [...found.matchAll(/^label = (.*)$/gm)].map(([, label]) => label) }
  },

  /** A wallet whose key is in the keyring, its backup, and another wallet made from that, beside it. */
  async restored() {
    const folders = ['old', 'new'].map((name) => mkdtempSync(join(homedir(), name)))
    const [old, restored] = await Promise.all(folders.map((folder) => openOffline(folder, keychain)))
    if (old === undefined || restored === undefined) throw new Error('two folders, two wallets')
    const created = await old.createKey()
    const made = await old.makeBackup({ passphrase: 'a river under the old bridge', beside: null })
    const content = made.ok ? await openBackup(made.value.text, 'a river under the old bridge') : made
    const outcome = content.ok ? await restored.restoreBackup(content.value) : content
    for (const wallet of [old, restored]) await wallet.close()
    const names = folders.map(
      (folder) => JSON.parse(readFileSync(join(folder, 'wallet.json'), 'utf8')).content.state.key.name as string,
    )
    const [one, other] = await Promise.all(names.map((name) => loadExisting(keychain, name)))
    return {
      done: [created, outcome].map((each) => each.ok),
      namesDiffer: new Set(names).size === 2,
      sameKey: Buffer.from(one ?? []).equals(Buffer.from(other ?? [])),
      inPlain: readFileSync(join(folders[1] ?? '', 'wallet.json'), 'utf8').includes(
        Buffer.from(one ?? []).toString('base64'),
      ),
    }
  },

  async everyCall() {
    return { ...(await everyCall()), detected: await detected() }
  },
}

const scenario = scenarios[process.argv[2] ?? '']
if (scenario === undefined) throw new Error('no such scenario')
process.stdout.write(`${JSON.stringify(await scenario())}\n`)
