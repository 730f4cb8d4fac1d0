import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')

interface Finding {
  readonly code: string
  readonly message: string
  readonly filename: string
}

/** file, its text, the rule that must bite (none: the text must pass), and words that the message must have. */
type Row = readonly [file: string, text: string, rule?: string, words?: string]

const boundary = 'kabuken(boundaries)'
const rows: readonly Row[] = [
  ['shared/a.ts', `import '../server/storage/a.ts'`, boundary, 'shared/ may import only shared/'],
  ['shared/b.ts', `import 'node:fs'`, boundary, 'no Node modules'],
  ['shared/c.ts', `import 'fs'`, boundary, 'no Node modules'],
  ['shared/d.ts', `import 'pino'`, boundary, 'zod, jose'],
  ['shared/e.ts', `export * from '../electron/wallet/a.ts'`, boundary, 'shared/ may import only shared/'],
  ['shared/f.ts', `export type { A } from '../renderer/a.ts'`, boundary, 'shared/ may import only shared/'],
  ['shared/g.ts', `import 'zod'\nimport './pki/a.ts'`],
  ['shared/h.test.ts', `import 'node:fs'\nimport 'vitest'`],
  ['shared/i.test.ts', `import '../server/a.ts'`, boundary, 'a test in shared/'],

  ['electron/wallet/a.ts', `import 'electron'`, boundary, 'Node libraries'],
  ['electron/wallet/b.ts', `import '../../server/transport/a.ts'`, boundary, 'electron/wallet/'],
  ['electron/wallet/c.ts', `import 'ws'`, boundary, 'ws belongs to electron/wallet/connection/'],
  ['electron/wallet/d.ts', `import '../main/a.ts'`, boundary, 'electron/wallet/'],
  ['electron/wallet/connection/a.ts', `import 'ws'\nimport 'node:tls'\nimport '../../../shared/a.ts'`],
  ['electron/wallet/connection/b.ts', `import 'electron'`, boundary, 'ws and Node libraries'],
  ['electron/browser/a.ts', `import 'ws'\nimport '../host/a.ts'`],
  ['electron/browser/b.ts', `import '../main/a.ts'`, boundary, 'electron/ but main and preload'],
  ['electron/cli/a.ts', `import 'electron'`, boundary, 'Electron belongs to'],
  ['electron/cli/b.ts', `import '../wallet/store/a.ts'`],
  ['electron/main/a.ts', `import 'electron'\nimport '../wallet/a.ts'`],
  ['electron/main/b.ts', `import '../../server/main.ts'`, boundary, 'electron/'],

  ['renderer/a.ts', `import 'electron'`, boundary, 'wallet API'],
  ['renderer/features/x/a.ts', `import '../y/a.ts'`, boundary, 'a feature may import'],
  ['renderer/features/x/b.ts', `import '../../ui/a.ts'\nimport './a.ts'`],

  ['server/runtime/a.ts', `import '../../electron/wallet/a.ts'`, boundary, 'server/ may import'],
  ['server/runtime/b.ts', `import '../../renderer/a.ts'`, boundary, 'server/ may import'],
  ['server/runtime/c.ts', `import 'ws'`, boundary, 'server/ may import'],
  ['server/runtime/d.ts', `import '../storage/sqlite/a.ts'`, boundary, 'construct storage'],
  ['server/main.ts', `void import('../electron/cli/wallet.ts')\nimport './storage/sqlite/a.ts'`],
  ['server/node/a.ts', `import '../../electron/cli/a.ts'`, boundary, 'only by dynamic import()'],
  ['server/node/b.ts', `void import('../../electron/wallet/a.ts')`, boundary, 'only by dynamic import()'],
  ['server/node/c.ts', `import '../storage/sqlite/a.ts'`],
  ['server/node/d.ts', `import 'ws'`, boundary, 'composition root'],
  ['server/transport/a.ts', `import 'ws'`],
  ['server/transport/b.ts', `import 'pg'`, boundary, 'server/transport/ may import'],
  ['server/storage/a.ts', `import 'better-sqlite3'\nimport 'pg'\nimport '../roles/issuer/store.ts'`],
  ['server/storage/b.ts', `import 'ws'`, boundary, 'server/storage/ may import'],

  ['server/roles/issuer/a.ts', `import '../exchange/service.ts'`, boundary, 'never another role'],
  ['server/roles/issuer/b.ts', `import '../../storage/sqlite/a.ts'`, boundary, 'storage comes as a port'],
  ['server/roles/issuer/c.ts', `import 'better-sqlite3'`, boundary, 'storage comes as a port'],
  [
    'server/roles/issuer/d.ts',
    `import './domain/a.ts'\nimport '../../runtime/a.ts'\nimport '../../../shared/pki/a.ts'`,
  ],
  ['server/roles/issuer/e.test.ts', `import '../../storage/sqlite/a.ts'\nimport 'ws'`],
  ['server/roles/issuer/domain/a.ts', `import '../../../../shared/pki/a.ts'`, boundary, 'only shared/kernel'],
  ['server/roles/issuer/domain/b.ts', `import '../service.ts'`, boundary, 'only shared/kernel'],
  ['server/roles/issuer/domain/c.ts', `import 'zod'`, boundary, 'only shared/kernel'],
  ['server/roles/issuer/domain/d.ts', `import 'node:crypto'`, boundary, 'only shared/kernel'],
  ['server/roles/issuer/domain/e.ts', `import '../../../../shared/documents/a.ts'\nimport './a.ts'`],
  ['server/roles/exchange/domain/a.ts', `import '../engine/a.ts'\nimport '../../../../shared/kernel/a.ts'`],
  ['server/roles/exchange/engine/a.ts', `import '../domain/b.ts'`, boundary, 'the matching engine'],

  ['shared/t1.ts', 'export const at = Date.now()', 'eslint(no-restricted-properties)', 'Clock'],
  ['shared/t2.ts', 'export const at = new Date()', 'kabuken(no-present)', 'Clock'],
  ['shared/t3.ts', 'export const at = new Date(0)'],
  ['shared/t4.ts', 'export const x = Math.random()', 'eslint(no-restricted-properties)', 'Random'],
  ['shared/t5.ts', 'console.log(1)', 'eslint(no-console)'],
  ['shared/t6.ts', 'export const id = crypto.randomUUID()', 'eslint(no-restricted-properties)', 'Ids'],
  ['shared/t7.test.ts', 'console.log(Date.now())'],
  ['server/roles/issuer/t1.ts', 'console.log(1)', 'eslint(no-console)'],
  ['server/roles/issuer/t2.ts', 'export const at = Date.now()'],
  ['server/roles/issuer/domain/t1.ts', 'export const at = Date.now()', 'eslint(no-restricted-properties)', 'Clock'],
  ['server/roles/issuer/domain/t2.ts', 'export const at = new Date()', 'kabuken(no-present)', 'Clock'],
  ['server/roles/issuer/domain/t3.ts', 'export async function f() {}', 'kabuken(no-async)', 'load first'],
  ['server/roles/issuer/domain/t4.ts', 'export const e = process.env', 'eslint(no-restricted-globals)', 'argument'],
  [
    'server/roles/exchange/engine/t1.ts',
    'export const x = Math.random()',
    'eslint(no-restricted-properties)',
    'Random',
  ],

  ['server/x1.ts', `export function f(): void {\n  Promise.resolve(1)\n}`, 'typescript(no-floating-promises)'],
  ['server/x2.ts', `import './x3.ts'\nexport const b = 1`, 'import(no-cycle)'],
  ['server/x3.ts', `import './x2.ts'\nexport const a = 1`, 'import(no-cycle)'],
  ['server/x4.ts', 'export const f = (x: any): number => x', 'typescript(no-explicit-any)'],
  ['server/x5.test.ts', `import { test } from 'vitest'\ntest.only('x', () => {})`, 'vitest(no-focused-tests)'],
  [
    'server/x6.ts',
    `export function f(x: 'a' | 'b'): void {\n  switch (x) {\n    case 'a':\n      break\n  }\n}`,
    'typescript(switch-exhaustiveness-check)',
  ],
]

const copy = mkdtempSync(join(tmpdir(), 'kabuken-lint-'))
let findings: readonly Finding[] = []

beforeAll(() => {
  for (const config of ['.oxlintrc.json', 'tsconfig.base.json', 'package.json'])
    copyFileSync(join(root, config), join(copy, config))
  // One project for everything: types matter to the rules here, not which half of the repository they come from.
  writeFileSync(
    join(copy, 'tsconfig.json'),
    '{ "extends": "./tsconfig.base.json", "compilerOptions": { "types": ["node"] } }',
  )
  cpSync(join(root, 'scripts/lint'), join(copy, 'scripts/lint'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  for (const [file, text] of rows) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    writeFileSync(join(copy, file), `${text}\n`)
  }
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint')
  const run = spawnSync(process.execPath, [oxlint, '--format=json', 'shared', 'server', 'electron', 'renderer'], {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH']}` },
  })
  expect(run.stderr).toBe('')
  findings = (JSON.parse(run.stdout) as { diagnostics: readonly Finding[] }).diagnostics
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test.each(rows)('lint of %s: %j', (file, _text, rule, words) => {
  const found = findings.filter(({ filename }) => filename === file)
  if (rule === undefined) return expect(found).toEqual([])
  const finding = found.find(({ code }) => code === rule)
  expect(finding, `expected ${rule}, found ${JSON.stringify(found)}`).toBeDefined()
  expect(JSON.stringify(finding)).toContain(words ?? '')
})
