/** A node in a process of its own, as `kabuken node` runs it, that tells what it did when its parent asks. */
import { Session } from 'node:inspector/promises'
import { loadConfig } from '../server/config/config.ts'
import { startNode } from '../server/node/node.ts'
import { jsonLogger } from '../server/runtime/logger.ts'
import { countKeyUses, type KeyUses } from './counting.ts'
import type { CpuProfile } from './profile.ts'

/** What a node has used up and done since it began. */
export interface NodeFigures extends KeyUses {
  readonly mainThreadUs: number
  /** Mostly verifications, which run on libuv's threads; some is the garbage collector's and the compiler's. */
  readonly otherThreadsUs: number
  readonly journalEntries: number
  /** Messages to peers that are not answered yet. */
  readonly waiting: number
}

export type Question = 'figures' | 'profile' | 'end-profile'
export type Answer = { readonly figures: NodeFigures } | { readonly profile: CpuProfile } | Record<string, never>

/** Fine enough for functions that take microseconds: 4,000 samples a second. */
const SAMPLE_EVERY_US = 250

export async function runNode(configFile: string): Promise<void> {
  const uses = countKeyUses()
  const node = await startNode({
    loaded: loadConfig(configFile),
    passphrase: undefined,
    logger: jsonLogger('error'),
  })
  const inspector = new Session()
  inspector.connect()
  await inspector.post('Profiler.enable')

  function figures(): NodeFigures {
    const [all, own] = [process.cpuUsage(), process.threadCpuUsage()]
    const stores = [...node.roles.values()].map(({ store }) => store)
    const mainThreadUs = own.user + own.system
    return {
      ...uses(),
      mainThreadUs,
      otherThreadsUs: all.user + all.system - mainThreadUs,
      journalEntries: stores.reduce((sum, store) => sum + Number(store.journalHead().sequence), 0),
      waiting: stores.flatMap((store) => store.waiting()).reduce((sum, { count }) => sum + count, 0),
    }
  }

  async function answer(question: Question): Promise<Answer> {
    switch (question) {
      case 'figures':
        return { figures: figures() }
      case 'profile':
        await inspector.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US })
        await inspector.post('Profiler.start')
        return {}
      case 'end-profile':
        return { profile: (await inspector.post('Profiler.stop')).profile as CpuProfile }
    }
  }

  process.on('message', (question: Question) => {
    void answer(question).then((said) => process.send?.(said))
  })
  // The parent is gone, however it ended: so is this node.
  process.once('disconnect', () => void node.stop().finally(() => process.exit()))
  await node.ready
  process.send?.({})
}
