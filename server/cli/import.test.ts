import { describe, expect, test } from 'vitest'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { COMMON, Issuer, OPERATOR } from '../roles/issuer/issuer-fixture.ts'
import { allotAll } from './import.ts'
import type { Desk } from './operator.ts'

/** The issuer itself, asked as its desk asks it. */
function deskOf(issuer: Issuer): Pick<Desk, 'ask'> {
  const ask = async (operation: 'issuer.allot', body: Parameters<typeof issuer.ask<'issuer.allot'>>[2]) => {
    const outcome = await issuer.ask(operation, OPERATOR, body)
    if (outcome.ok) return outcome.value.reply
    const { code, message, details } = outcome.error
    throw new CommandFailed(EXIT.refused, code, message, undefined, details)
  }
  return { ask: ask as Desk['ask'] }
}

const holders = (count: number, change: object = {}) =>
  Array.from({ length: count }, (_, index) => ({
    ...COMMON,
    holderName: `Holder ${index}`,
    userId: `inv-${index.toString().padStart(10, '0')}`,
    quantity: 10n,
    conditionsOfIssue: 'founders',
    sourceId: `CS-${index}`,
    ...change,
  }))

describe('an import of more holders than one request takes', () => {
  test('[IS5] all are allotted, and the same files again allot nobody anything', async () => {
    const issuer = new Issuer()
    const notes: string[] = []
    expect(await allotAll(deskOf(issuer), holders(60), () => undefined)).toHaveLength(60)
    expect(await allotAll(deskOf(issuer), holders(60), (text) => notes.push(text))).toEqual([])
    expect(notes).toContain('CS-59 was imported before and is left out')
    expect(issuer.entries()).toHaveLength(60)
  })

  test('[IS5] one that was refused in its middle says who and how far it came, and goes on when that is mended', async () => {
    const issuer = new Issuer()
    const wrong = holders(60).map((each, index) => (index === 55 ? { ...each, quantity: 9999n } : each))
    const failed: unknown = await allotAll(deskOf(issuer), wrong, () => undefined).catch((error: unknown) => error)
    expect(failed).toMatchObject({
      code: 'exceeds_authorised',
      message:
        'Holder 55 (inv-0000000055): more shares than are authorised; the first 50 of 60 holders are done: take them out before the next attempt',
    })
    expect(issuer.entries()).toHaveLength(50)
    expect(await allotAll(deskOf(issuer), holders(60), () => undefined)).toHaveLength(10)
    expect(issuer.entries()).toHaveLength(60)
  })
})
