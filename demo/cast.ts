import type { PlannedClass } from '../server/node/config-template.ts'

/** Everybody and everything here is invented. */

export const CURRENCY = 'JPY'

export const COMPANIES = [
  {
    security: 'HOSHI',
    companyName: 'Hoshizora Brewing',
    incorporatedOn: '1987-06-14',
    authorised: 2_000n,
    referencePriceMinor: 1_250n,
  },
  {
    security: 'TANPO',
    companyName: 'Tanpopo Robotics',
    incorporatedOn: '2016-02-01',
    authorised: 1_000n,
    referencePriceMinor: 800n,
  },
] as const satisfies readonly PlannedClass[]

export const TERMS: Readonly<Record<string, string>> = {
  HOSHI:
    'One vote a share. Dividends are paid in May to whoever is in the register on 31 March. The money builds a second brewing hall.',
  TANPO: 'One vote a share. No dividends are planned for the first three years. The money pays for a harvesting robot.',
}

export const PEOPLE = [
  { key: 'aoi', name: 'Aoi Hanada', address: '3-1 Kawabata, Mizuho' },
  { key: 'botan', name: 'Botan Kisaragi', address: '12 Lantern Row, Ashiya' },
  { key: 'chika', name: 'Chika Morinaka', address: '8-22 Tsukimi, Nagare' },
  { key: 'daichi', name: 'Daichi Oribe', address: '5 Harbour Steps, Shiosai' },
  { key: 'emi', name: 'Emi Takamori', address: '41 Old Cedar Road, Sugita' },
] as const

export type PersonKey = (typeof PEOPLE)[number]['key']

/** What each person brings to the bank before the first day. */
export const DEPOSIT_MINOR = 1_000_000n
