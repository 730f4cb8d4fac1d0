import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const commands = ['gnome-keyring-daemon', 'dbus-run-session', 'secret-tool', 'chromium', 'openssl', 'strace']

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the set-up on a machine that has these commands only. */
function setUp(env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(import.meta.dirname, 'setup.ts')], {
    env: { PATH: folder, ...env },
    encoding: 'utf8',
  })
}

function command(name: string, script = ''): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}

/** An apt-get that notes what it is asked, and whose `install` ends as told by the number of its calls so far. */
function packageManager(install: string): void {
  command('apt-get', `echo "$@" >> ${folder}/asked\nfor word; do case $word in install) ${install};; esac; done`)
}

function asked(): readonly string[] {
  const log = join(folder, 'asked')
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
}

// On other systems the set-up does nothing, and only root may install.
describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)('set-up as root on Debian', () => {
  test('installs what is missing, without fetching the package lists', () => {
    packageManager(`for tool in ${commands.join(' ')}; do : > ${folder}/$tool; done`)
    const run = setUp()
    expect(run.status).toBe(0)
    expect(asked()).toHaveLength(1)
    for (const name of ['gnome-keyring', 'dbus', 'openssl', 'strace']) expect(asked()[0]).toContain(` ${name}`)
  })

  test('fetches the package lists when the first attempt fails, and warns when nothing helps', () => {
    packageManager('echo "E: no such package" >&2; exit 100')
    const run = setUp()
    expect(run.status).toBe(0)
    expect(asked().map((words) => /install|update/.exec(words)?.[0])).toEqual(['install', 'update', 'install'])
    expect(run.stdout).toContain('apt-get install failed: E: no such package')
    expect(run.stdout).toContain('strace is missing: skipped are the crash and disk-fault tests')
  })

  test('leaves the machine alone when told so', () => {
    packageManager('exit 100')
    expect(setUp({ KABUKEN_NO_SETUP: '1' }).stdout).toBe('')
    expect(asked()).toEqual([])
  })
})

test.skipIf(process.platform !== 'linux')(
  'without a package manager it names what is missing and does not fail',
  () => {
    command('openssl')
    const run = setUp()
    expect(run.status).toBe(0)
    expect(run.stdout).toContain('gnome-keyring is missing: skipped are the tests on a real OS keychain')
    expect(run.stdout).toContain('apt-get install ')
    expect(run.stdout).not.toContain('openssl')
  },
)
