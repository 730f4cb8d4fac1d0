import type { Limits } from './limits.ts'
import { limitFor } from './limits.ts'
import type { MatchingFigures } from './matching.ts'
import type { Measured } from './measure.ts'

export interface Figures {
  readonly at: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly node: string
    readonly folder: string
    /** Processes that wanted a core in the minute before: above 0.5 the figures are those of a machine that has other things to do. */
    readonly busyBefore: number
  }
  readonly limits: Limits
  /** By what was done and in how many processes. */
  readonly parts: readonly { readonly what: string; readonly measured: Measured }[]
  readonly matching: MatchingFigures
}

const ONE_EACH = { verifications: 1, signatures: 1, agreements: 0 }

const count = (value: number): string => Math.round(value).toLocaleString('en')
const line = (what: string, said: string): string => `  ${what.padEnd(46)} ${said}`
const a = (value: number): string => `${count(value).padStart(10)} /s`
const share = (value: number, of: number): string => `${(value / of).toFixed(2)} of it`

export function report(figures: Figures): string {
  const { machine, at, limits, parts, matching } = figures
  return [
    `${at.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, data in ${machine.folder}, load before ${machine.busyBefore.toFixed(1)}`,
    '',
    'Limits of the machine',
    line('ES256 verification, one thread', a(limits.sync.verify)),
    line('ES256 signature, one thread', a(limits.sync.sign)),
    line('ES256 verification, thread pool', a(limits.pool.verify)),
    line('ES256 signature, thread pool', a(limits.pool.sign)),
    line('one verification and one signature, one thread', a(limitFor(limits.sync, ONE_EACH))),
    line('durable append of 4 KB (fdatasync)', a(limits.durableAppends)),
    ...parts.flatMap(({ what, measured }) => ['', what, ...partLines(measured, limits)]),
    '',
    'Matching engine alone',
    line(`${count(matching.operations)} operations`, a(matching.perSecond)),
    line('', `${count(matching.trades)} trades, ${count(matching.resting)} orders rest`),
    line(`first ${count(matching.twinOperations)} operations`, a(matching.engineOnThosePerSecond)),
    line('naive twin on those', a(matching.twinPerSecond)),
    line('cancel', `p50 ${matching.cancelP50Ns} ns, p99 ${matching.cancelP99Ns} ns (clock ${matching.clockP50Ns} ns)`),
  ].join('\n')
}

function partLines({ load, idle, profile }: Measured, limits: Limits): string[] {
  const { each } = load
  const all = limitFor(limits.pool, each)
  const one = limitFor(limits.sync, ONE_EACH)
  return [
    line(`${count(load.requests)} under load`, a(load.perSecond)),
    line('until every server has been told', a(load.settledPerSecond)),
    line('latency under load', `p50 ${load.p50Ms.toFixed(1)} ms, p99 ${load.p99Ms.toFixed(1)} ms`),
    line(
      `latency of ${count(idle.requests)}, one at a time`,
      `p50 ${idle.p50Ms.toFixed(2)} ms, p99 ${idle.p99Ms.toFixed(2)} ms`,
    ),
    line(
      'uses of a key for each',
      `${each.verifications.toFixed(1)} verifications, ${each.signatures.toFixed(1)} signatures, ${each.agreements.toFixed(1)} key agreements`,
    ),
    line('journal entries for each', each.journalEntries.toFixed(1)),
    line(
      'processor time for each',
      `${count(each.mainThreadUs)} us main thread, ${count(each.otherThreadsUs)} us others`,
    ),
    line('limit: one verification, one signature', `${a(one)}, ${share(load.settledPerSecond, one)}`),
    line('limit: all these uses, all cores', `${a(all)}, ${share(load.settledPerSecond, all)}`),
    line(
      'limit: one durable append',
      `${a(limits.durableAppends)}, ${share(load.settledPerSecond, limits.durableAppends)}`,
    ),
    ...(profile === undefined ? [] : profileLines(profile)),
  ]
}

function profileLines({ areas, functions }: NonNullable<Measured['profile']>): string[] {
  const percent = (value: number): string => `${value.toFixed(1).padStart(6)} %`
  return [
    line('main thread, self time by area', ''),
    ...areas.map((area) => line(`  ${area.what}`, percent(area.percent))),
    line('the functions that took most', ''),
    ...functions.slice(0, 25).map((each) => line(`  ${percent(each.percent)}`, each.what)),
  ]
}
