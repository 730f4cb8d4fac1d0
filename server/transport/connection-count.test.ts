import { describe, expect, test } from 'vitest'
import { addressGroup } from './connection-count.ts'

describe('[P12] what counts as one address', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['2001:db8::5:6:7:8', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1', 'fe80:0:0:0'],
    ['', ''],
  ])('%s is of %s', (address, group) => {
    expect(addressGroup(address)).toBe(group)
  })
})
