/** Scenarios inside a session of keyring-session.ts: `keyring-child.ts <scenario>` prints one line of JSON. */
import { execFileSync } from 'node:child_process'
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

  async everyCall() {
    return { ...(await everyCall()), detected: await detected() }
  },
}

const scenario = scenarios[process.argv[2] ?? '']
if (scenario === undefined) throw new Error('no such scenario')
process.stdout.write(`${JSON.stringify(await scenario())}\n`)
