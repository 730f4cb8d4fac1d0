import { expect, test } from 'vitest'
import { readRegisterFiles } from './import.ts'
import { readMapping } from './mapping.ts'

const csv = (...lines: readonly string[]) => ({ name: 'said.csv', content: `${lines.join('\n')}\n` })
const HOLDERS = 'stakeholder_id,user_id'
const CLASSES = 'stock_class_id,security,share_class'

test('[IS5] an Open Cap Format register of another system is taken over with what two files say about it', () => {
  const mapping = readMapping({
    holders: csv(HOLDERS, '6c1f,inv-0123456789'),
    classes: csv(CLASSES, '"common, 2019",HOSHI,common'),
  })
  if (!mapping.ok) expect.fail(mapping.error.message)
  const holder = { object_type: 'STAKEHOLDER', id: '6c1f', name: { legal_name: 'Alice' } }
  const issuance = {
    object_type: 'TX_STOCK_ISSUANCE',
    id: 't-1',
    date: '2020-02-29',
    security_id: 'sec-1',
    stakeholder_id: '6c1f',
    stock_class_id: 'common, 2019',
    quantity: '100',
  }
  const files = [holder, issuance].map((item, index) => ({
    name: `${index}.json`,
    content: JSON.stringify({ file_type: 'OCF', items: [item] }),
  }))
  expect(readRegisterFiles(files)).toMatchObject({ ok: false, error: { code: 'unknown_class' } })
  expect(readRegisterFiles(files, mapping.value)).toMatchObject({
    ok: true,
    value: [{ security: 'HOSHI', shareClass: 'common', userId: 'inv-0123456789', quantity: 100n }],
  })
})

test('[IS5] without files nothing is mapped', () => {
  expect(readMapping({})).toEqual({ ok: true, value: { userIds: new Map(), classes: new Map() } })
})

test.each([
  ['other columns', [`user_id,stakeholder_id`], 'said.csv:1: the columns are stakeholder_id, user_id'],
  ['a field too many', [HOLDERS, 'a,inv-0123456789,x'], 'said.csv:2: 3 fields instead of 2'],
  ['a user ID that is none', [HOLDERS, 'a,Alice'], 'said.csv:2: user_id is not of its form'],
  ['a stakeholder twice', [HOLDERS, 'a,inv-0123456789', 'a,inv-0123456780'], 'said.csv:3: a occurs twice'],
  [
    'a quote that does not end',
    [HOLDERS, '"a,inv-0123456789'],
    'said.csv:2: a quote where none may be, or one that does not end',
  ],
])('[IS5] %s: refused with file and line', (_title, lines, message) => {
  expect(readMapping({ holders: csv(...lines) })).toMatchObject({ ok: false, error: { code: 'bad_csv', message } })
})
