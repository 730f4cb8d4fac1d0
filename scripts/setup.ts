/**
 * Installs the system packages that the tests use and that are missing, where it may: on Debian and its kin, as root.
 * Elsewhere it says what is missing and which tests will be skipped. It never fails: a machine without network or
 * without rights still runs everything else. KABUKEN_NO_SETUP=1 leaves the machine as it is.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

interface Requirement {
  readonly package: string
  readonly isPresent: () => boolean
  readonly skips: string
}

const keychain = 'the tests on a real OS keychain'
const requirements: readonly Requirement[] = [
  { package: 'libsecret-1-0', isPresent: () => hasLibrary('libsecret-1.so.0'), skips: keychain },
  { package: 'libsecret-tools', isPresent: () => hasCommand('secret-tool'), skips: keychain },
  { package: 'gnome-keyring', isPresent: () => hasCommand('gnome-keyring-daemon'), skips: keychain },
  { package: 'dbus', isPresent: () => hasCommand('dbus-run-session'), skips: keychain },
  { package: 'chromium', isPresent: () => hasCommand('chromium'), skips: 'the tests of the screens in a browser' },
  { package: 'openssl', isPresent: () => hasCommand('openssl'), skips: 'the tests against OpenSSL' },
  { package: 'strace', isPresent: () => hasCommand('strace'), skips: 'the crash and disk-fault tests' },
]

const seconds = 1_000
const installTimeoutMs = 5 * 60 * seconds

function hasCommand(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))
}

function hasLibrary(name: string): boolean {
  // Debian keeps libraries one level below /usr/lib, by machine; others in /usr/lib64 or /usr/lib itself.
  const machines = existsSync('/usr/lib') ? readdirSync('/usr/lib').filter((entry) => entry.endsWith('-gnu')) : []
  return ['/usr/lib64', '/usr/lib', ...machines.map((machine) => join('/usr/lib', machine))].some((folder) =>
    existsSync(join(folder, name)),
  )
}

function missing(): readonly Requirement[] {
  return requirements.filter((requirement) => !requirement.isPresent())
}

function say(line: string): void {
  process.stdout.write(`setup: ${line}\n`)
}

function aptGet(...words: readonly string[]): boolean {
  const limits = ['-o', 'DPkg::Lock::Timeout=60', '-o', 'Acquire::Retries=1', '-o', 'Acquire::http::Timeout=20']
  const run = spawnSync('apt-get', ['-qq', ...limits, ...words], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: installTimeoutMs,
    encoding: 'utf8',
  })
  if (run.status !== 0)
    say(`apt-get ${words[0]} failed: ${run.stderr.trim().split('\n').at(-1) || (run.error?.message ?? '')}`)
  return run.status === 0
}

function install(packages: readonly string[]): void {
  say(`installing ${packages.join(', ')} (once, with apt-get) ...`)
  const attempt = (): boolean => aptGet('install', '--yes', '--no-install-recommends', ...packages)
  // The package lists may be absent or old on a fresh machine; they are fetched only when the first attempt shows it.
  if (!attempt() && aptGet('update')) attempt()
}

function setUp(): void {
  if (process.platform !== 'linux' || process.env['KABUKEN_NO_SETUP'] === '1') return
  const names = missing().map((requirement) => requirement.package)
  if (names.length === 0) return
  const mayInstall = process.getuid?.() === 0 && hasCommand('apt-get')
  if (mayInstall) install(names)
  const left = missing()
  if (left.length === 0) return say('everything is there')
  for (const { package: name, skips } of left) say(`${name} is missing: skipped are ${skips}`)
  if (!mayInstall)
    say(`to have them too, as root on Debian: apt-get install ${left.map((row) => row.package).join(' ')}`)
}

setUp()
