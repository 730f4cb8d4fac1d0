import { expect, test } from 'vitest'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { guilloche } from './guilloche.ts'
import { listed, type Wanted } from './listing.ts'

function certificate(change: Partial<ListedCertificate>): ListedCertificate {
  return {
    certificateId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    certificateNumber: '000001',
    companyName: 'Hoshizora Brewing',
    security: 'HOSHI',
    shareClass: 'common',
    quantity: 10n,
    holderName: 'Aoi Hanada',
    issuedAt: 1,
    transferRestriction: 'none',
    state: 'live',
    checkedAt: 1,
    ...change,
  }
}

const all = [
  certificate({ certificateNumber: '000001', issuedAt: 1, quantity: 5n, label: 'ボーナス' }),
  certificate({ certificateNumber: '000002', issuedAt: 2, companyName: 'Tanpopo Robotics', security: 'TANPO' }),
  certificate({ certificateNumber: '000003', issuedAt: 3, state: 'retired', quantity: 99n }),
  certificate({ certificateNumber: '000004', issuedAt: 4, state: 'pending' }),
]

const rows: readonly (readonly [Partial<Wanted>, readonly string[]])[] = [
  [{}, ['000004', '000002', '000001']],
  [{ filter: 'all' }, ['000004', '000003', '000002', '000001']],
  [{ filter: 'retired' }, ['000003']],
  [{ sort: 'oldest' }, ['000001', '000002', '000004']],
  [{ sort: 'company' }, ['000004', '000001', '000002']],
  [{ sort: 'quantity', filter: 'all' }, ['000003', '000004', '000002', '000001']],
  [{ search: 'tanpo' }, ['000002']],
  [{ search: '  HOSHI 000001 ' }, ['000001']],
  // Half-width katakana finds full-width katakana.
  [{ search: '\uff8e\uff9e\uff70\uff85\uff7d' }, ['000001']],
  [{ search: 'nobody' }, []],
]

test.each(rows)('%o shows %o', (wanted, numbers) => {
  const found = listed(all, { search: '', filter: 'held', sort: 'newest', ...wanted })
  expect(found.map(({ certificateNumber }) => certificateNumber)).toEqual(numbers)
})

test('the engraving is the same for the same ID and another for any other', () => {
  const [one, same, other] = ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAW']
  expect(guilloche(one ?? '')).toEqual(guilloche(same ?? ''))
  expect(guilloche(one ?? '')).not.toEqual(guilloche(other ?? ''))
  expect(JSON.stringify(guilloche(one ?? ''))).not.toContain('NaN')
})
