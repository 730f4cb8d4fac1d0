import { join } from 'node:path'
import { z } from 'zod'
import { nodeDescription } from '../../shared/bundled-node/channel.ts'
import { openStore } from '../wallet/store/open-store.ts'

const memory = z.strictObject({
  /** Starts with the application. */
  autostart: z.boolean(),
  encrypted: z.boolean(),
  /** As it last said of itself, to be shown while it does not run. */
  node: nodeDescription.optional(),
})

type Kept = z.output<typeof memory>

/** What the application keeps of its node, beside the node's own configuration. */
export interface NodeMemory {
  readonly read: () => Kept
  readonly change: (changes: Partial<Kept>) => Promise<void>
  readonly close: () => Promise<void>
}

/** Throws StoreError. */
export async function openNodeMemory(folder: string): Promise<NodeMemory> {
  const store = await openStore<Kept, Record<never, never>>({
    folder: join(folder, 'kept'),
    empty: { autostart: false, encrypted: false },
    validate: (value) => memory.parse(value),
    collections: {},
  })
  return {
    read: () => store.read(),
    change: (changes) => store.update((draft) => void Object.assign(draft, changes)),
    close: () => store.close(),
  }
}
