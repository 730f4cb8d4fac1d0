/** Sums up V8's CPU profiles by what the time was spent for. */

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[]
}

export interface Share {
  readonly what: string
  readonly percent: number
}

/** The first that fits a frame, else one of its callers', decides; Node's own frames are their callers' work. */
const AREAS: readonly (readonly [area: string, fits: (frame: ProfileNode['callFrame']) => boolean])[] = [
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  ['system calls and the event loop', ({ functionName }) => functionName === '(program)'],
  ['signing', named('node-signing.ts', 'signSync')],
  ['verification: handing over to the thread pool', named('node-signing.ts', 'verify')],
  ['hashing', named('node:internal/crypto/hash')],
  ['SQLite', named('role-store.ts')],
  ['account numbers (JWE)', named('/jwe.ts')],
  ['account numbers (JWE)', named('/jose/')],
  ['JSON and canonical form', named('/canonical.ts')],
  ['JSON and canonical form', named('/plain-text.ts')],
  ['base64 and UTF-8', named('kernel/bytes.ts')],
  ['envelope (JWS)', named('shared/signing/')],
  ['envelope (JWS)', named('ecdsa-der.ts')],
  ['schemas (zod)', named('/zod/')],
  ['schemas (zod)', named('shared/documents/')],
  ['certificates and trust', named('shared/pki/')],
  ['certificates and trust', named('shared/market/')],
  ['sockets', named('/ws/')],
  ['sockets', named('server/transport/')],
  ['sockets', named('shared/protocol/link.ts')],
  ['decisions', named('server/roles/')],
  ['commit queue, journal, outbox', named('server/commit/')],
  ['messages', named('shared/protocol/')],
]

function named(file: string, functionName?: string): (frame: ProfileNode['callFrame']) => boolean {
  return (frame) => frame.url.includes(file) && (functionName === undefined || frame.functionName === functionName)
}

/** Self time by area, of all profiles together; the time in which the main thread waited is left out. */
export function sumUp(profiles: readonly CpuProfile[]): {
  readonly areas: readonly Share[]
  readonly functions: readonly Share[]
} {
  const areas = new Map<string, number>()
  const functions = new Map<string, number>()
  let total = 0
  for (const profile of profiles) {
    const paths = pathsOf(profile.nodes)
    profile.samples.forEach((id, index) => {
      const took = profile.timeDeltas[index] ?? 0
      const path = paths.get(id) ?? []
      const [self] = path
      if (self === undefined || self.functionName === '(idle)') return
      total += took
      add(areas, areaOf(path), took)
      add(functions, nameOf(path), took)
    })
  }
  return { areas: shares(areas, total), functions: shares(functions, total) }
}

/** A function's frame and its callers', innermost first. */
function pathsOf(nodes: readonly ProfileNode[]): Map<number, readonly ProfileNode['callFrame'][]> {
  const parents = new Map<number, ProfileNode>()
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node)
  return new Map(
    nodes.map((node) => {
      const path: ProfileNode['callFrame'][] = []
      for (let at: ProfileNode | undefined = node; at !== undefined; at = parents.get(at.id)) path.push(at.callFrame)
      return [node.id, path]
    }),
  )
}

function areaOf(path: readonly ProfileNode['callFrame'][]): string {
  for (const frame of path) {
    const area = AREAS.find(([, fits]) => fits(frame))
    if (area !== undefined) return area[0]
  }
  return path.some(named('node:internal/crypto/'))
    ? 'keys and digests of Web Crypto, their answers'
    : 'Node: streams, timers, promises'
}

function nameOf(path: readonly ProfileNode['callFrame'][]): string {
  const [self, caller] = path
  if (self === undefined) return ''
  const name = self.functionName === '' ? '(anonymous)' : self.functionName
  // What is native has no file: who called it says more.
  if (self.url === '')
    return caller === undefined || caller.functionName === '(root)' ? name : `${name} < ${nameOf(path.slice(1))}`
  return `${name} ${self.url.split('/').slice(-2).join('/')}:${self.lineNumber + 1}`
}

function add(sums: Map<string, number>, name: string, took: number): void {
  sums.set(name, (sums.get(name) ?? 0) + took)
}

function shares(sums: ReadonlyMap<string, number>, total: number): Share[] {
  return [...sums]
    .map(([what, took]) => ({ what, percent: (100 * took) / total }))
    .toSorted((a, b) => b.percent - a.percent)
}
