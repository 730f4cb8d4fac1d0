/**
 * A process of its own that works on a store until it is killed or done: `child.ts <folder> <steps> [size of a certificate]`.
 * It prints a line of JSON for every acknowledged step and for the error that ends it.
 */
import { writeSync } from 'node:fs'
import { StoreError } from '../store.ts'
import { openSample, step } from './sample.ts'

const [folder = '', steps = '0', size = '1500'] = process.argv.slice(2)

function print(line: Record<string, unknown>): void {
  writeSync(1, `${JSON.stringify(line)}\n`)
}

try {
  const store = await openSample(folder)
  print({ opened: store.read().counter })
  try {
    for (let n = 0; n < Number(steps); n += 1) print({ acknowledged: await step(store, Number(size)) })
  } catch (error) {
    print({ failed: error instanceof StoreError ? error.code : String(error), shown: store.read().counter })
    process.exit(1)
  }
  if (Number(steps) === 0) process.stdin.resume()
  else await store.close()
} catch (error) {
  print({ refused: error instanceof StoreError ? error.code : String(error) })
  process.exit(1)
}
