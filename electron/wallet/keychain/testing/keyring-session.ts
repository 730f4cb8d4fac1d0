import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const KEYRING_PASSWORD = 'the password of a keyring that lives for one test'

/** A keyring that is open, one that nobody ever set up, no message bus at all, or no libsecret to reach one with. */
export type Session = 'open' | 'not set up' | 'no bus' | 'no libsecret'

export interface Ended {
  /** What the scenario printed, parsed. */
  readonly result: unknown
  /** Every file the session left below its home, as Latin-1 text. */
  readonly files: readonly string[]
}

const CHILD = join(import.meta.dirname, 'keyring-child.ts')
/** No answer by then is a hang, which is what some scenarios test for. */
const TIMEOUT_MS = 50_000

/** What is missing for a session with a real gnome-keyring; on Debian: dbus, gnome-keyring, libsecret-1-0, libsecret-tools. */
export function missingPrograms(): readonly string[] {
  return ['dbus-run-session', 'dbus-send', 'gnome-keyring-daemon', 'secret-tool'].filter(
    (program) => spawnSync('which', [program]).status !== 0,
  )
}

/** Runs a scenario of keyring-child.ts in a home, message bus and keyring of its own. */
export function runInSession(session: Session, scenario: string): Ended {
  const home = mkdtempSync(join(tmpdir(), 'kabuken-keyring-'))
  try {
    const runtime = join(home, 'runtime')
    mkdirSync(runtime, { mode: 0o700 })
    const library = join(home, 'library')
    mkdirSync(library)
    if (session === 'no libsecret') writeFileSync(join(library, 'libsecret-1.so.0'), 'not a library')
    const env = {
      PATH: process.env['PATH'],
      HOME: home,
      XDG_DATA_HOME: join(home, 'share'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_RUNTIME_DIR: runtime,
      ...(session === 'no libsecret' ? { LD_LIBRARY_PATH: library } : {}),
      ...(session === 'no bus' ? { DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(runtime, 'nobody')}` } : {}),
    }
    const start =
      session === 'open'
        ? 'gnome-keyring-daemon --unlock --components=secrets >"$HOME/daemon" 2>&1'
        : 'gnome-keyring-daemon --start --components=secrets >"$HOME/daemon" 2>&1'
    const script = `printf %s "$0" | ${start}; exec "$1" "$2" "$3"`
    const child = [process.execPath, CHILD, scenario] as const
    const command =
      session === 'no bus' ? child : ['dbus-run-session', '--', 'sh', '-c', script, KEYRING_PASSWORD, ...child]
    const [program = '', ...args] = command
    const ended = spawnSync(program, args, { env, encoding: 'utf8', timeout: TIMEOUT_MS })
    const line = ended.stdout.trim().split('\n').at(-1) ?? ''
    if (line === '')
      throw new Error(`the scenario ${scenario} printed nothing (${String(ended.signal ?? ended.status)})`)
    return { result: JSON.parse(line), files: filesBelow(join(home, 'share')) }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
  } catch {
    return []
  }
}
