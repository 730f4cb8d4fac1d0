import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { certificatesAfter, openSample } from './testing/sample.ts'
import { CHILD, isInstalled, lastAcknowledged, runChild, startChild } from './testing/run-child.ts'
import type { Line } from './testing/run-child.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kabuken-store-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Opens what the dead process left: whole, of one moment, and with everything that was acknowledged. */
async function expectIntact(where: string, acknowledged: number): Promise<number> {
  const store = await openSample(where)
  try {
    const { counter } = store.read()
    expect(store.recovered).toBe(false)
    expect(counter).toBeGreaterThanOrEqual(acknowledged)
    expect(counter).toBeLessThanOrEqual(acknowledged + 1)
    expect([...store.collections.certificates.all().keys()].toSorted()).toEqual(certificatesAfter(counter).toSorted())
    return counter
  } finally {
    await store.close()
  }
}

describe('a wallet killed at random moments', () => {
  it('[P1] what was acknowledged before kill -9 is stored, and stored together', async () => {
    let acknowledged = 0
    for (let round = 1; round <= 12; round += 1) {
      const child = startChild([folder, '1000000'])
      for (let lines = 0; lines < round; lines += 1) acknowledged = (await child.next())?.acknowledged ?? acknowledged
      // The child is somewhere in its next update, at a place that differs from round to round.
      await child.kill()
      for (let line = await child.next(); line !== undefined; line = await child.next()) {
        acknowledged = line.acknowledged ?? acknowledged
      }
      acknowledged = await expectIntact(folder, acknowledged)
    }
    expect(acknowledged).toBeGreaterThan(12)
  })
})

const STEPS = 3
const CALLS = 'fsync,fdatasync,link,linkat,rename,renameat,renameat2,unlink,unlinkat'

function traced(where: string, injection: string): readonly Line[] {
  const log = join(folder, 'strace.log')
  const inject = ['-e', `trace=${CALLS}`, '-e', `inject=${injection}`]
  return runChild(['strace', '-f', '-qq', '-o', log, ...inject, ...CHILD, where, String(STEPS)])
}

/** strace must be there and allowed to trace, which some containers forbid. */
const canTrace = isInstalled('strace') && spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0
if (!canTrace) console.warn('SKIPPED 3 tests of the wallet store: strace is missing or may not trace')

describe.skipIf(!canTrace)('a wallet that fails at every step of its writing', () => {
  it('[P1] killed at every sync, link, rename and removal of a scripted day, it loses nothing acknowledged', async () => {
    const results = new Set<number>()
    for (let n = 1; ; n += 1) {
      const where = join(folder, `kill-${String(n)}`)
      const lines = traced(where, `${CALLS}:signal=KILL:when=${String(n)}`)
      const acknowledged = lastAcknowledged(lines)
      results.add(acknowledged)
      await expectIntact(where, acknowledged)
      if (acknowledged === STEPS) break
      rmSync(where, { recursive: true })
    }
    expect([...results]).toEqual([0, 1, 2, 3])
  }, 120_000)

  it.each(['EIO', 'ENOSPC'])(
    '[P3] %s at the nth sync is named, and memory shows what the disk holds',
    async (errno) => {
      let failures = 0
      for (let n = 1; ; n += 1) {
        const where = join(folder, `fail-${String(n)}`)
        const lines = traced(where, `fsync:error=${errno}:when=${String(n)}`)
        const last = lines.at(-1)
        if (last?.acknowledged === STEPS) break
        failures += 1
        if (last?.refused === undefined) {
          expect(last?.failed).toBe('store_write_failed')
          expect(await expectIntact(where, lastAcknowledged(lines))).toBe(last?.shown)
        } else {
          expect(last.refused).toBe('store_unavailable')
          await expectIntact(where, 0)
        }
        expect(readdirSync(where).filter((name) => name.endsWith('.tmp'))).toEqual([])
      }
      // Three syncs a step and more: row, folder of the rows, main file, folder.
      expect(failures).toBeGreaterThan(STEPS * 3)
    },
    120_000,
  )
})

/** A file system of our own, private to the child: only root may mount, and its mounts vanish with it. */
const canMount =
  process.getuid?.() === 0 &&
  isInstalled('unshare', 'mount') &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
if (!canMount) console.warn('SKIPPED 1 test of the wallet store: mounting a small file system needs root')

describe.skipIf(!canMount)('a wallet on a full disk', () => {
  it('[P3] ENOSPC is store_write_failed, nothing unstored is acknowledged, and what was there is still whole', () => {
    const mount = `mount -t tmpfs -o size=256k tmpfs ${folder}`
    const child = CHILD.join(' ')
    // Two certificates of 90 kB fit, a third one does not. The second child reads what the first one left.
    const script = `${mount} && { ${child} ${folder} 100 90000; ${child} ${folder} 100 90000; }`
    const lines = runChild(['unshare', '-m', 'sh', '-c', script])
    const failed = { failed: 'store_write_failed', shown: 2 }
    expect(lines).toEqual([{ opened: 0 }, { acknowledged: 1 }, { acknowledged: 2 }, failed, { opened: 2 }, failed])
  })
})
