/**
 * Who may import what. The path of a file says it: the first zone whose `files` matches is the file's zone, and a file
 * in no zone (tests, the demonstration, benchmarks, scripts) may import anything. An imported thing is named
 * `server/storage/journal.ts` (path from the root of the repository), `node:fs` or `npm:ws`.
 */
interface Zone {
  readonly files: RegExp
  /** `own` is what the first group of `files` captured, for example the name of the role. */
  readonly may: (own: string) => RegExp
  /** What only a dynamic `import()` may reach besides. */
  readonly mayLoad?: RegExp
  /** Ends the message of the lint rule, so it names what is allowed. */
  readonly allows: (own: string) => string
}

/** Libraries that run everywhere: without Node, without DOM. */
const pureLibraries = 'npm:(?:zod|jose|@peculiar/x509|reflect-metadata|fast-string-width)$'
/** Libraries that only their one place may know. */
const ordinaryLibraries = 'npm:(?!(?:ws|better-sqlite3|pg|electron)$)'

const zones: readonly Zone[] = [
  {
    files: /^shared\/.*\.test\.ts$/,
    may: () => /^(shared\/|node:|npm:)/,
    allows: () => 'a test in shared/ may import shared/, Node and libraries',
  },
  {
    files: /\.test\.tsx?$|^(?!shared\/|server\/|electron\/|renderer\/)/,
    may: () => /^/,
    allows: () => 'anything',
  },
  {
    files: /^shared\//,
    may: () => new RegExp(`^(shared/|${pureLibraries})`),
    allows: () =>
      'shared/ may import only shared/ and zod, jose, @peculiar/x509, reflect-metadata, fast-string-width; no Node modules',
  },
  {
    files: /^renderer\/features\/([^/]+)\//,
    may: (own) => new RegExp(`^(shared/|renderer/(?!features/)|renderer/features/${own}/|${ordinaryLibraries})`),
    allows: (own) => `a feature may import shared/, its own renderer/features/${own}/ and the rest of renderer/`,
  },
  {
    files: /^renderer\//,
    may: () => new RegExp(`^(shared/|renderer/|${ordinaryLibraries})`),
    allows: () => 'renderer/ may import shared/ and renderer/; it reaches the wallet through the wallet API',
  },
  {
    files: /^electron\/wallet\/connection\//,
    may: () => new RegExp(`^(shared/|electron/wallet/|node:|npm:ws$|${ordinaryLibraries})`),
    allows: () => 'electron/wallet/connection/ may import shared/, electron/wallet/, ws and Node libraries',
  },
  {
    files: /^electron\/wallet\//,
    may: () => new RegExp(`^(shared/|electron/wallet/|node:|${ordinaryLibraries})`),
    allows: () =>
      'electron/wallet/ may import shared/, electron/wallet/ and Node libraries; ws belongs to electron/wallet/connection/',
  },
  {
    files: /^electron\/(?:main|preload)(?:\/|\.ts$)/,
    may: () => new RegExp(`^(shared/|electron/|build/icons/|node:|npm:electron$|${ordinaryLibraries})`),
    allows: () =>
      'electron/main and electron/preload may import shared/, electron/, the icons, Electron and Node libraries',
  },
  {
    files: /^electron\/browser\//,
    may: () => new RegExp(`^(shared/|electron/(?!main|preload)|node:|npm:ws$|${ordinaryLibraries})`),
    allows: () =>
      'electron/browser/ may import shared/, electron/ but main and preload, ws and Node libraries: it serves the screens',
  },
  {
    files: /^electron\//,
    may: () => new RegExp(`^(shared/|electron/(?!main|preload)|node:|${ordinaryLibraries})`),
    allows: () =>
      'electron/ may import shared/, electron/ and Node libraries; Electron belongs to electron/main and preload',
  },
  {
    files: /^server\/roles\/([^/]+)\/domain\//,
    may: (own) =>
      new RegExp(
        `^(shared/(?:kernel|documents|protocol/catalogue)/|server/commit/(?:tables|view|decision)\\.ts$|server/roles/${own}/(?:(?:domain|engine)/|(?:tables|settings)\\.ts$))`,
      ),
    allows: (own) =>
      `a domain may import only shared/kernel, shared/documents, shared/protocol/catalogue, the contract of a decision in server/commit, and its own tables, settings and server/roles/${own}/domain (the exchange: its engine too)`,
  },
  {
    files: /^server\/roles\/([^/]+)\/engine\//,
    may: (own) => new RegExp(`^(shared/kernel/|server/roles/${own}/engine/)`),
    allows: () => 'the matching engine may import only shared/kernel and itself',
  },
  {
    files: /^server\/roles\/([^/]+)\//,
    may: (own) =>
      new RegExp(
        `^(shared/|server/roles/${own}/|server/roles/[^/]+$|server/(?!roles/|storage/|node/|cli/|main\\.ts$)|node:|${ordinaryLibraries})`,
      ),
    allows: (own) =>
      `a role may import shared/, its own server/roles/${own}/ and what serves every role; never another role, and storage comes as a port`,
  },
  {
    files: /^server\/storage\//,
    may: () =>
      new RegExp(
        `^(shared/|server/(?!transport/|node/|cli/|main\\.ts$)|node:|npm:(?:better-sqlite3|pg)$|${ordinaryLibraries})`,
      ),
    allows: () =>
      'server/storage/ may import shared/, the store ports of server/, better-sqlite3, pg and Node libraries',
  },
  {
    files: /^server\/transport\//,
    may: () => new RegExp(`^(shared/|server/(?!storage/|node/|cli/|main\\.ts$)|node:|npm:ws$|${ordinaryLibraries})`),
    allows: () => 'server/transport/ may import shared/, server/ but its storage, ws and Node libraries',
  },
  {
    files: /^server\/(?:main\.ts$|node\/|cli\/)/,
    may: () => new RegExp(`^(shared/|server/|node:|${ordinaryLibraries})`),
    mayLoad: /^electron\/cli\//,
    allows: () =>
      'a composition root of the server may import shared/, server/ and Node libraries, and electron/cli/ only by dynamic import()',
  },
  {
    files: /^server\//,
    may: () => new RegExp(`^(shared/|server/(?!storage/|node/|cli/|main\\.ts$)|node:|${ordinaryLibraries})`),
    allows: () =>
      'server/ may import shared/, server/ and Node libraries; only server/main.ts, server/node/ and server/cli/ construct storage',
  },
]

/** Why `file` may not import `target` (both as named above), or undefined where it may. */
export function boundaryViolation(file: string, target: string, dynamic: boolean): string | undefined {
  const zone = zones.find(({ files }) => files.test(file))
  if (zone === undefined) return undefined
  const own = zone.files.exec(file)?.[1] ?? ''
  if (zone.may(own).test(target)) return undefined
  if (dynamic && zone.mayLoad?.test(target)) return undefined
  return `${file} may not import ${target}: ${zone.allows(own)}.`
}
