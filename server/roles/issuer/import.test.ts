import { describe, expect, test } from 'vitest'
import {
  ALICE,
  AT,
  BOB,
  COMMON,
  DAY,
  EXCHANGE,
  Issuer,
  matchOf,
  OPERATOR,
  saleOf,
  settingsWith,
} from './issuer-fixture.ts'
import { readRegisterFiles, registerCsv, registerOcf } from './import.ts'

const csv = (...lines: readonly string[]) => [{ name: 'register.csv', content: `${lines.join('\n')}\n` }]
const HEAD = 'security,share_class,user_id,holder_name,quantity'
const LINE = 'HOSHI,common,inv-00000alice,Alice,100'

const holder = { object_type: 'STAKEHOLDER', id: 's-1', name: { legal_name: 'Alice' }, stakeholder_type: 'INDIVIDUAL' }
const issuance = {
  object_type: 'TX_STOCK_ISSUANCE',
  id: 't-1',
  date: '2020-02-29',
  security_id: 'sec-1',
  custom_id: 'CS-1',
  stakeholder_id: 's-1',
  stock_class_id: 'HOSHI:common',
  quantity: '100.00',
  security_law_exemptions: [],
  stock_legend_ids: [],
}

const ocf = (stakeholders: readonly unknown[], transactions: readonly unknown[]) => [
  {
    name: 'holders.json',
    content: JSON.stringify({ file_type: 'OCF_STAKEHOLDERS_FILE', items: stakeholders }, null, 1),
  },
  { name: 'moves.json', content: JSON.stringify({ file_type: 'OCF_TRANSACTIONS_FILE', items: transactions }, null, 1) },
]

describe('CSV', () => {
  test('[IS5] one line a holder; a missing column is absent, a day is its beginning', () => {
    const files = csv(
      `\uFEFF${HEAD},acquired_at,conditions_of_issue,source_id,postal_address`,
      `${LINE},2020-02-29,"founders, ""A""",CS-1,"1-1 Marunouchi, Tokyo"\r`,
      'HOSHI,preferred,inv-000000bob0,Bob,5,,,,',
    )
    expect(readRegisterFiles(files)).toEqual({
      ok: true,
      value: [
        {
          ...COMMON,
          userId: ALICE.name,
          holderName: 'Alice',
          quantity: 100n,
          acquiredAt: Date.parse('2020-02-29T00:00:00.000Z'),
          conditionsOfIssue: 'founders, "A"',
          sourceId: 'CS-1',
          postalAddress: '1-1 Marunouchi, Tokyo',
        },
        {
          security: 'HOSHI',
          shareClass: 'preferred',
          userId: BOB.name,
          holderName: 'Bob',
          quantity: 5n,
          conditionsOfIssue: 'Taken over from an existing register',
        },
      ],
    })
  })

  test.each([
    ['no file', [], 'bad_csv', undefined],
    ['two CSV files', [...csv(HEAD), ...csv(HEAD)], 'bad_csv', undefined],
    ['a missing column', csv('security,share_class,user_id,holder_name'), 'bad_csv', '1'],
    ['an unknown column', csv(`${HEAD},shares`), 'bad_csv', '1'],
    ['a repeated column', csv(`${HEAD},quantity`), 'bad_csv', '1'],
    ['too few fields', csv(HEAD, LINE, 'HOSHI,common'), 'bad_csv', '3'],
    [
      'a field too many at the end of the file',
      [{ name: 'register.csv', content: `${HEAD}\n${LINE},` }],
      'bad_csv',
      '2',
    ],
    ['a quote that does not end', csv(HEAD, LINE, 'HOSHI,common,"inv-00000alice,Alice,100'), 'bad_csv', '3'],
    ['a quote within a plain field', csv(HEAD, 'HOSHI,common,inv-00000alice,Al"ice,100'), 'bad_csv', '2'],
    ['[A15] a quantity that is none', csv(HEAD, LINE, LINE.replace('100', '1e3')), 'bad_amount', '3'],
    ['[A15] no shares', csv(HEAD, LINE.replace('100', '0')), 'bad_amount', '2'],
    ['a class that does not exist', csv(HEAD, LINE.replace('common', 'ordinary')), 'bad_schema', '2'],
    ['no user ID', csv(HEAD, LINE.replace('inv-00000alice', 'Alice')), 'bad_schema', '2'],
    ['[A17] a name that turns the line around', csv(HEAD, LINE.replace(',Alice', ',A\u202Elice')), 'bad_text', '2'],
    ['a day that does not exist', csv(`${HEAD},acquired_at`, `${LINE},2021-02-29`), 'bad_schema', '2'],
    ['a source twice', csv(`${HEAD},source_id`, `${LINE},CS-1`, `${LINE},CS-1`), 'duplicate_source', '3'],
    [
      'an error after a field of two lines',
      csv(HEAD, 'HOSHI,common,inv-00000alice,"Al\nice",100', LINE.replace('100', 'x')),
      'bad_text',
      '2',
    ],
  ])('[IS5] %s is refused with its line', (_, files, code, line) => {
    const read = readRegisterFiles(files)
    expect(read).toMatchObject({ ok: false, error: { code } })
    if (line !== undefined) {
      expect(read).toMatchObject({ error: { details: { file: 'register.csv', line } } })
      expect(read.ok ? '' : read.error.message).toContain(`register.csv:${line}: `)
    }
  })

  test('[IS5] the line of an error counts the lines within fields', () => {
    const files = csv(`${HEAD},postal_address`, `${LINE},"a\nb"`, `${LINE.replace('100', 'x')},c`, LINE)
    expect(readRegisterFiles(files)).toMatchObject({ error: { details: { line: '5' } } })
  })
})

describe('Open Cap Format', () => {
  test('[IS5] outstanding securities become allotments, with the day of their issuance', () => {
    const address = { address_type: 'LEGAL', street_suite: '1-1\nMarunouchi', city: 'Tokyo', country: 'JP' }
    const files = ocf(
      [{ ...holder, issuer_assigned_id: ALICE.name, addresses: [address] }],
      [issuance, { object_type: 'TX_STOCK_ACCEPTANCE', id: 't-2', security_id: 'sec-1' }],
    )
    expect(readRegisterFiles(files)).toEqual({
      ok: true,
      value: [
        {
          ...COMMON,
          userId: ALICE.name,
          holderName: 'Alice',
          postalAddress: '1-1, Marunouchi, Tokyo, JP',
          quantity: 100n,
          acquiredAt: Date.parse('2020-02-29T00:00:00.000Z'),
          conditionsOfIssue: 'Taken over from an existing register',
          sourceId: 'sec-1',
        },
      ],
    })
  })

  test('[IS5] a mapping says which class and which user another system means', () => {
    const files = ocf([holder], [{ ...issuance, stock_class_id: 'uuid' }])
    const mapping = { classes: new Map([['uuid', COMMON]]), userIds: new Map([['s-1', BOB.name]]) }
    expect(readRegisterFiles(files, mapping)).toMatchObject({ ok: true, value: [{ ...COMMON, userId: BOB.name }] })
  })

  test.each(['TRANSFER', 'CANCELLATION', 'REPURCHASE', 'RETRACTION', 'REISSUANCE', 'CONVERSION'])(
    '[IS5] a security after TX_STOCK_%s is no more',
    (kind) => {
      const ended = { object_type: `TX_STOCK_${kind}`, id: 't-2', security_id: 'sec-1' }
      const rest = { ...issuance, id: 't-3', security_id: 'sec-2', quantity: '40' }
      const files = ocf([{ ...holder, issuer_assigned_id: ALICE.name }], [issuance, ended, rest])
      expect(readRegisterFiles(files)).toMatchObject({ ok: true, value: [{ sourceId: 'sec-2', quantity: 40n }] })
    },
  )

  const known = { ...holder, issuer_assigned_id: ALICE.name }
  // The items of a file written with one member a line: object_type on line 5, the first ID on line 6.
  test.each([
    ['a fraction of a share', [known], [{ ...issuance, quantity: '100.5' }], 'bad_schema', 'moves.json', '6'],
    ['a negative quantity', [known], [{ ...issuance, quantity: '-1' }], 'bad_schema', 'moves.json', '6'],
    ['no shares', [known], [{ ...issuance, quantity: '0.00' }], 'bad_amount', 'moves.json', '6'],
    ['an unknown stakeholder', [], [issuance], 'bad_schema', 'moves.json', '6'],
    ['a stakeholder who is no user', [holder], [issuance], 'bad_schema', 'moves.json', '6'],
    ['a class that nothing maps', [known], [{ ...issuance, stock_class_id: 'x' }], 'unknown_class', 'moves.json', '6'],
    ['a stakeholder without name', [{ ...known, name: {} }], [issuance], 'bad_schema', 'holders.json', '6'],
    [
      'a stock split',
      [known],
      [issuance, { object_type: 'TX_STOCK_CLASS_SPLIT', id: 't-2' }],
      'bad_schema',
      'moves.json',
      '18',
    ],
  ])('[IS5] %s is refused with file and line', (_, stakeholders, transactions, code, file, line) => {
    expect(readRegisterFiles(ocf(stakeholders, transactions))).toMatchObject({
      ok: false,
      error: { code, details: { file, line } },
    })
  })

  test.each([
    ['no JSON', '{"file_type": "OCF_STAKEHOLDERS_FILE",\n"items": [}', 'bad_json'],
    ['JSON of something else', '{"items": []}', 'bad_schema'],
  ])('[IS5] %s is refused', (_, content, code) => {
    expect(readRegisterFiles([{ name: 'x.json', content }])).toMatchObject({
      error: { code, details: { file: 'x.json' } },
    })
  })
})

describe('export', () => {
  async function traded() {
    const issuer = new Issuer(settingsWith())
    const held = await issuer.give(ALICE, 100n, { acquiredAt: AT - 100 * DAY, conditionsOfIssue: '=1+1, "x"' })
    await issuer.give(BOB, 5n)
    const sale = matchOf(saleOf(ALICE, [held]), held.certificateId, 60n, { buyerName: 'Bob' })
    const { reply } = await issuer.done('issuer.match-transfer', EXCHANGE, sale)
    const rest = await issuer.collect(ALICE, 40n, { kind: 'transfer', transferNumber: reply.transferNumber })
    const ground = { kind: 'split', certificate: rest.jws, quantities: [10n, 30n] } as const
    await issuer.done('issuer.reissue', ALICE, { userId: ALICE.name, ...COMMON, ground: ground as never })
    const entries = (await issuer.done('issuer.register', OPERATOR, { scope: 'all' })).reply.entries
    const history = (await issuer.done('issuer.history', OPERATOR, {})).reply.entries
    return { held, rest, reply, entries, history }
  }

  const holdings = (read: ReturnType<typeof readRegisterFiles>) =>
    read.ok ? read.value.map((each) => `${each.userId} ${each.quantity} ${each.acquiredAt}`).toSorted() : read.error

  test('[IS5] what is exported is read back: the same holders, quantities and days', async () => {
    const { entries, history } = await traded()
    const live = entries.filter(({ state }) => state === 'live')
    const expected = live.map((entry) => `${entry.userId} ${entry.quantity} ${entry.acquiredAt}`).toSorted()
    const csvText = registerCsv(entries)
    expect(holdings(readRegisterFiles([{ name: 'x.csv', content: csvText }]))).toEqual(expected)
    const days = live.map(
      ({ userId, quantity, acquiredAt }) => `${userId} ${quantity} ${acquiredAt - (acquiredAt % DAY)}`,
    )
    const ocfText = registerOcf(entries, history)
    expect(holdings(readRegisterFiles([{ name: 'x.json', content: ocfText }]))).toEqual(days.toSorted())
  })

  test('[A53] a field that a spreadsheet would take for a formula is made harmless, and read back as it was', async () => {
    const { entries } = await traded()
    const content = registerCsv(entries)
    expect(content).toContain(`"'=1+1, ""x"""`)
    const read = readRegisterFiles([{ name: 'x.csv', content }])
    expect(read.ok && read.value.some(({ conditionsOfIssue }) => conditionsOfIssue === '=1+1, "x"')).toBe(true)
  })

  test('[RE5] the Open Cap Format names what came of each security', async () => {
    const { held, rest, reply, entries, history } = await traded()
    const [stakeholders, transactions] = JSON.parse(registerOcf(entries, history)) as { items: object[] }[]
    expect(stakeholders?.items).toMatchObject([{ object_type: 'STAKEHOLDER' }, { object_type: 'STAKEHOLDER' }])
    const parts = entries
      .filter(({ enteredBy }) => enteredBy === 'RE-00000001')
      .map(({ certificateId }) => certificateId)
    expect(parts).toHaveLength(2)
    expect(transactions?.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          object_type: 'TX_STOCK_TRANSFER',
          id: reply.transferNumber,
          security_id: held.certificateId,
          resulting_security_ids: [reply.transferred.certificateId],
          balance_security_id: rest.certificateId,
        }),
        expect.objectContaining({
          object_type: 'TX_STOCK_REISSUANCE',
          security_id: rest.certificateId,
          resulting_security_ids: parts,
        }),
      ]),
    )
  })
})
