import { describe, expect, test } from 'vitest'
import { AssertionError } from '../../../../shared/kernel/assert.ts'
import { allocate, withRemainder, type OfferedCertificate } from './allocation.ts'

const free = (position: number, quantity: bigint, unallocated = quantity): OfferedCertificate => ({
  place: `OR/${position}`,
  position: BigInt(position),
  certificateId: `C${position}`,
  quantity,
  unallocated,
  state: 'free',
})
const moving = (position: number, quantity: bigint, unallocated: bigint): OfferedCertificate => ({
  ...free(position, quantity, unallocated),
  state: 'in_transfer',
})

/** place, quantity, certificate ID */
type Part = [string, bigint, string | null]

const rows: readonly { title: string; offered: OfferedCertificate[]; quantity: bigint; parts: Part[] }[] = [
  {
    title: '[TR4] a trade of a whole certificate',
    offered: [free(0, 10n)],
    quantity: 10n,
    parts: [['OR/0', 10n, 'C0']],
  },
  { title: '[TR3] a trade of a part divides it', offered: [free(0, 10n)], quantity: 4n, parts: [['OR/0', 4n, 'C0']] },
  {
    title: '[TR4] a trade of several certificates is as many match entries, in the order of the attachment',
    offered: [free(1, 5n), free(0, 10n), free(2, 5n)],
    quantity: 17n,
    parts: [
      ['OR/0', 10n, 'C0'],
      ['OR/1', 5n, 'C1'],
      ['OR/2', 2n, 'C2'],
    ],
  },
  {
    title: '[TR3] a certificate that is being divided is promised, its ID not known yet',
    offered: [moving(0, 10n, 6n)],
    quantity: 4n,
    parts: [['OR/0', 4n, null]],
  },
  {
    title: '[TR3] the rest of one in division, then the next',
    offered: [moving(0, 10n, 6n), free(1, 5n)],
    quantity: 8n,
    parts: [
      ['OR/0', 6n, null],
      ['OR/1', 2n, 'C1'],
    ],
  },
  {
    title: '[TR4] a certificate that is promised whole is passed over',
    offered: [moving(0, 10n, 0n), free(1, 5n)],
    quantity: 5n,
    parts: [['OR/1', 5n, 'C1']],
  },
]

describe('allocate', () => {
  test.each(rows)('$title', ({ offered, quantity, parts }) => {
    const allocation = allocate(offered, quantity)
    expect(allocation.parts.map((part) => [part.place, part.quantity, part.certificateId])).toEqual(parts)
    for (const changed of allocation.certificates) {
      const taken = parts.find(([place]) => place === changed.place)?.[1] ?? 0n
      const before = offered.find(({ place }) => place === changed.place)
      expect(changed).toEqual({ ...before, unallocated: (before?.unallocated ?? 0n) - taken, state: 'in_transfer' })
    }
  })

  test('more than the certificates have is a bug', () => {
    expect(() => allocate([free(0, 10n)], 11n)).toThrow(AssertionError)
  })
})

describe('withRemainder', () => {
  test('[TR3] the remainder takes the place of the divided certificate', () => {
    expect(withRemainder(moving(0, 10n, 2n), { certificateId: 'C9', quantity: 6n })).toEqual({
      ...free(0, 6n, 2n),
      certificateId: 'C9',
    })
  })

  test.each([
    ['a certificate that is not in transfer', free(0, 10n), 6n],
    ['less than is still to be promised', moving(0, 10n, 7n), 6n],
  ])('%s is a bug', (_, certificate, quantity) => {
    expect(() => withRemainder(certificate, { certificateId: 'C9', quantity })).toThrow(AssertionError)
  })
})
