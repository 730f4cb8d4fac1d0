import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { FinalSums } from './conservation.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
/** A day takes about half a minute; on two busy cores, with four servers and a restart, several times that. */
const DAY_MS = 400_000

interface Played {
  readonly final: FinalSums
  readonly violations: readonly string[]
  readonly events: readonly { readonly text: string }[]
}

async function play(...flags: string[]): Promise<Played> {
  const child = spawn(process.execPath, [MAIN, '--json', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [out, complaints] = ['', '']
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  expect({ code, complaints: code === 0 ? '' : complaints }).toEqual({ code: 0, complaints: '' })
  return JSON.parse(out) as Played
}

/** Reckoned by hand from the story: what everybody must own when the first day is over. */
const EVENING: FinalSums = {
  holdings: {
    aoi: { HOSHI: '190', TANPO: '100' },
    botan: { HOSHI: '220', TANPO: '0' },
    chika: { HOSHI: '50', TANPO: '300' },
    daichi: { HOSHI: '90', TANPO: '100' },
    emi: { HOSHI: '100', TANPO: '0' },
  },
  cash: { aoi: '778200', botan: '736200', chika: '615000', daichi: '885600', emi: '1065000' },
  issued: { HOSHI: '650', TANPO: '500' },
  depositedMinor: '5000000',
}

describe('one market day', () => {
  test(
    '[P4] in one process ends with every share and every yen accounted for; a second day goes on from there',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'kabuken-kept-'))
      try {
        const first = await play('--keep', folder)
        expect(first).toMatchObject({ final: EVENING, violations: [] })
        const second = await play('--keep', folder)
        expect(second.violations).toEqual([])
        expect(second.final).toMatchObject({
          holdings: { botan: { HOSHI: '200' }, chika: { HOSHI: '70', TANPO: '290' }, daichi: { TANPO: '110' } },
          cash: { botan: '761400', chika: '589800' },
          issued: EVENING.issued,
          depositedMinor: EVENING.depositedMinor,
        })
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
    2 * DAY_MS,
  )

  test.each(['authority', 'issuer', 'exchange', 'settlement'])(
    '[P1] [P6] [TR8] with each role in its own process, killed in the middle of a trade (%s), ends with the same sums',
    async (role) => {
      const day = await play('--processes', '--crash', role)
      expect(day).toMatchObject({ final: EVENING, violations: [] })
      expect(day.events.some(({ text }) => text.includes(`role ${role} is killed`))).toBe(true)
    },
    DAY_MS,
  )
})
