import { expect, test } from 'vitest'
import type { AccountEntry } from '../../../shared/documents/settlement.ts'
import { statementCsv } from './statement.ts'
import { AT } from './settlement-fixture.ts'

const entry: AccountEntry = {
  sequence: 1n,
  at: AT,
  kind: 'deposit',
  creditMinor: 1_234n,
  debitMinor: 0n,
  balanceMinor: 1_234n,
  reference: 'bank-1',
}
const HEADER = 'sequence,at,kind,credit_minor,debit_minor,balance_minor,currency,reference,remark\r\n'
const START = '1,2026-04-01T09:00:00.000Z,deposit,1234,0,1234,JPY,bank-1,'

test('[SE5] a statement is CSV as in RFC 4180: a header, one line an entry, each ended by CR LF', () => {
  expect(statementCsv([entry], 'JPY')).toBe(`${HEADER}${START}\r\n`)
  expect(statementCsv([], 'JPY')).toBe(HEADER)
})

test.each([
  ['a comma', 'rent, April', '"rent, April"'],
  ['quotation marks', 'so-called "rent"', '"so-called ""rent"""'],
  ['a line break', 'rent\r\nApril', '"rent\r\nApril"'],
  ['a formula', '=HYPERLINK("http://evil.example")', '"\'=HYPERLINK(""http://evil.example"")"'],
  ['a sign', '+81 11', '"\'+81 11"'],
  ['a minus', '-1', '"\'-1"'],
  ['an at sign', '@SUM(A1)', '"\'@SUM(A1)"'],
])('[SE5] a remark with %s stays one field of text', (_name, remark, field) => {
  expect(statementCsv([{ ...entry, remark }], 'JPY')).toBe(`${HEADER}${START}${field}\r\n`)
})
