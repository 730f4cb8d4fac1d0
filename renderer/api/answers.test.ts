import { expect, test } from 'vitest'
import { pathTo, readPlace } from '../app/router.ts'
import { concerns } from './answers.ts'

test.each([
  ['overview', 'contacts', true],
  ['contacts.list', 'wallet', false],
  ['contacts.list', 'contacts', true],
  ['certificates.list', 'remarks', true],
  ['certificates.list', 'certificates', true],
  ['certificates.list', 'wallet', false],
  ['certificates.one', 'wallet', true],
  ['orders.list', 'remarks', false],
  ['settings.get', 'wallet', false],
  ['market.listings', 'wallet', false],
  ['market.listings', 'lock', true],
  ['settings.get', 'lock', true],
] as const)('whether %s is asked anew after a change of %s: %s', (name, topic, isConcerned) => {
  expect(concerns(name, topic)).toBe(isConcerned)
})

test.each([
  ['', '', []],
  ['#/', '', []],
  ['#/certificates/A', 'certificates', ['A']],
  [pathTo('contacts', 'a/b'), 'contacts', ['a/b']],
  ['#/market/%', 'market', ['%']],
])('the address %s is the screen %s', (hash, screen, parts) => {
  expect(readPlace(hash)).toEqual({ screen, parts })
})
