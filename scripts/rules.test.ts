import { expect, test } from 'vitest'
import { definedRules, disagreements, quotedRules } from './rules.ts'

const imports = `import { test } from 'vitest'\n`

test.each([
  ['a list item', '- [TR3] An earlier order trades first.', ['TR3']],
  ['a bold list item', '* **[TR3]** An earlier order trades first.', ['TR3']],
  ['a heading', '### [CA1] Enrolment', ['CA1']],
  ['a table row', '| [A12] | another spelling |', ['A12']],
  ['an ID with a letter', '- [IS2a] Price 0 needs no payment.', ['IS2a']],
  ['several lines', '- [P9] one\n- [P10] two', ['P9', 'P10']],
  ['a mention inside a line', 'As [TR3] says, see [SIG1].', []],
  ['what is no ID', '- [link](x)\n- [x] done\n- [0036] paragraph', []],
])('a document defines rules: %s', (_name, markdown, ids) => {
  expect(definedRules(markdown)).toEqual(ids)
})

test.each([
  ['test', `test('[TR3] first', () => {})`, ['TR3']],
  ['describe and it', `describe("[SIG1] a", () => it(\`[SIG2] b\`, f))`, ['SIG1', 'SIG2']],
  ['an ID later in the title', `test('refused, see [A12]', f)`, ['A12']],
  ['two IDs', `test('[P9] [SIG6] chains', f)`, ['P9', 'SIG6', 'P9', 'SIG6']],
  ['modifiers', `test.skipIf(noKeychain)('[P14] stays', f)`, ['P14']],
  ['a table before the title', `it.each([f({ a: 1 })])('a row of [SIG3]', f)`, ['SIG3']],
  ['a title on the next line', `test(\n  '[TR8] both or none',\n  f)`, ['TR8']],
  ['a row of a table', `const rows = [['[TR4] a match', 1]]`, ['TR4']],
  ['todo and skip', `test.todo('[TR5] later')\ntest.skip('[TR6] not now', f)`, []],
  ['a comment', `// [TR7] is elsewhere`, []],
])('a test quotes rules: %s', (_name, source, ids) => {
  expect([...new Set(quotedRules(imports + source))]).toEqual([...new Set(ids)])
})

test('a file that imports no test library quotes nothing', () => {
  expect(quotedRules(`const label = '[TR3] first'`)).toEqual([])
})

test('both ways are told, and each once a file', () => {
  const defined = new Map([['docs/PROTOCOL.md', ['TR1', 'TR2']]])
  const quoted = new Map([['a.test.ts', ['TR1', 'TR9', 'TR9']]])
  expect(disagreements(defined, quoted)).toEqual([
    'docs/PROTOCOL.md: no test quotes [TR2]',
    'a.test.ts: no document defines [TR9]',
  ])
  expect(disagreements(defined, new Map([['a.test.ts', ['TR1', 'TR2']]]))).toEqual([])
})
