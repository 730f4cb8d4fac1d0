import { expect, test } from 'vitest'
import { actsOf, isWanted, type Completion, type Entry, type Given } from './acts.ts'
import { historyCsv, historyJson } from './export.ts'

const certificateId = '01J00000000000000000000001'
const request = { to: 'ISSUER', toName: '=cmd()', requestId: '-request, 1', at: 1_000 }
const entry: Entry = {
  requestId: request.requestId,
  operation: 'issuer.issue',
  at: 1_000,
  state: 'answered',
  answeredAt: 2_000,
  summary: { kind: 'collection', security: 'HOSHI', shareClass: 'common', quantity: 5n, number: 'T1', ...request },
  certificateIds: [certificateId as Entry['certificateIds'][number]],
}
const completion = {
  matchNumber: 'M1',
  side: 'buy',
  security: 'TANPO',
  shareClass: 'common',
  quantity: 7n,
  at: 3_000,
  notice: 'a.b.c',
} as Completion
const given = {
  certificateId,
  security: 'KAGAR',
  quantity: 3n,
  transfereeName: 'Botan',
  at: 2_000,
  validUntil: 9_000,
  state: 'waiting',
  endorsement: 'd.e.f',
} as unknown as Given
const acts = actsOf([entry], [completion], [given])

test('the newest act comes first, whoever it came from', () => {
  expect(acts.map(({ kind }) => kind)).toEqual(['match', 'endorsement', 'request'])
})

test.each([
  { wanted: {}, found: ['match', 'endorsement', 'request'] },
  { wanted: { group: 'transfer' }, found: ['endorsement'] },
  { wanted: { state: 'under_way' }, found: ['endorsement'] },
  { wanted: { search: 'botan' }, found: ['endorsement'] },
  { wanted: { search: 'd.e.f' }, found: [] },
  { wanted: { group: 'trade' }, found: ['match'] },
  { wanted: { group: 'issue' }, found: ['request'] },
  { wanted: { state: 'refused' }, found: [] },
  { wanted: { search: 'hoshi' }, found: ['request'] },
  { wanted: { search: 'A title' }, found: ['match', 'endorsement', 'request'] },
  { wanted: { search: 'a.b.c' }, found: [] },
] as const)('$wanted finds $found', ({ wanted, found }) => {
  const all = { group: 'all', state: 'all', search: '', ...wanted } as const
  expect(acts.filter((act) => isWanted(act, 'A title', all)).map(({ kind }) => kind)).toEqual(found)
})

test('CSV: one row an act, quoted where it must be, and no cell that a spreadsheet would run', () => {
  expect(historyCsv(acts).split('\r\n')).toEqual([
    'at,group,kind,state,code,security,quantity,id,certificateIds',
    '1970-01-01T00:00:03.000Z,trade,match_buy,answered,,TANPO,7,M1,',
    `1970-01-01T00:00:02.000Z,transfer,endorsement,under_way,,KAGAR,3,${certificateId},${certificateId}`,
    `1970-01-01T00:00:01.000Z,issue,collection,answered,,HOSHI,5,"'-request, 1",${certificateId}`,
    '',
  ])
})

test('JSON: all that is told, counts as text and instants readable', () => {
  expect(JSON.parse(historyJson(acts))).toMatchObject([
    { match: { matchNumber: 'M1', quantity: '7', at: '1970-01-01T00:00:03.000Z' } },
    { endorsement: { transfereeName: 'Botan', validUntil: '1970-01-01T00:00:09.000Z' } },
    { request: { requestId: request.requestId, at: '1970-01-01T00:00:01.000Z', summary: { quantity: '5' } } },
  ])
})
