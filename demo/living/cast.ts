import type { PlannedClass } from '../../server/node/config-template.ts'

/** Everybody and everything here is invented. */

export interface ListedCompany extends PlannedClass {
  readonly tickMinor: bigint
  /** How many shares change hands at a time, more or less. */
  readonly usual: bigint
  /** How far its worth wanders from one moment to the next: 1 is calm. */
  readonly restless: number
  readonly terms: string
}

export const COMPANIES = [
  {
    security: 'HOSHI',
    companyName: 'Hoshizora Brewing',
    incorporatedOn: '1987-06-14',
    authorised: 40_000n,
    referencePriceMinor: 1_250n,
    tickMinor: 1n,
    usual: 50n,
    restless: 1,
    terms:
      'One vote a share. Dividends are paid in May to whoever is in the register on 31 March. The money builds a second brewing hall.',
  },
  {
    security: 'TANPO',
    companyName: 'Tanpopo Robotics',
    incorporatedOn: '2016-02-01',
    authorised: 60_000n,
    referencePriceMinor: 800n,
    tickMinor: 1n,
    usual: 100n,
    restless: 2.2,
    terms:
      'One vote a share. No dividends are planned for the first three years. The money pays for a harvesting robot.',
  },
  {
    security: 'NAGIS',
    companyName: 'Nagisa Ferries',
    incorporatedOn: '1962-04-20',
    authorised: 150_000n,
    referencePriceMinor: 342n,
    tickMinor: 1n,
    usual: 200n,
    restless: 0.8,
    terms: 'One vote a share. Holders of 500 shares travel free on one day of the year. The money renews two ships.',
  },
  {
    security: 'YUBAE',
    companyName: 'Yubae Optics',
    incorporatedOn: '2003-11-05',
    authorised: 9_000n,
    referencePriceMinor: 5_680n,
    tickMinor: 5n,
    usual: 10n,
    restless: 1.4,
    terms: 'One vote a share. A third of the profit is paid out each June. The money equips a clean room.',
  },
  {
    security: 'KAGAR',
    companyName: 'Kagari Lighting',
    incorporatedOn: '1994-09-30',
    authorised: 4_000n,
    referencePriceMinor: 12_400n,
    tickMinor: 10n,
    usual: 5n,
    restless: 1,
    terms: 'One vote a share. Dividends are paid in December. The money lights the harbour of Shiosai.',
  },
  {
    security: 'MIKAZ',
    companyName: 'Mikazuki Railway',
    incorporatedOn: '1951-03-18',
    authorised: 2_000n,
    referencePriceMinor: 27_850n,
    tickMinor: 50n,
    usual: 2n,
    restless: 0.6,
    terms: 'One vote a share. Dividends are paid twice a year. The money electrifies the branch to Tsukimi.',
  },
] as const satisfies readonly [ListedCompany, ...ListedCompany[]]

const GIVEN = ['Akane', 'Haruto', 'Ibuki', 'Kohaku', 'Minori', 'Nagi', 'Rokuro', 'Sakuya', 'Tsumugi', 'Yuzuki'] as const
const FAMILY = ['Amagiri', 'Fukamori', 'Hazukawa', 'Isogami', 'Kazemori', 'Mizushiro', 'Onodera'] as const
const STREETS = ['Kawabata', 'Lantern Row', 'Harbour Steps', 'Old Cedar Road', 'Tsukimi', 'Weir Lane'] as const

/** No two alike: ten given and seven family names meet in seventy pairs before any comes again. */
export const MAX_INVESTORS = GIVEN.length * FAMILY.length

export function investorNamed(index: number): { readonly name: string; readonly postalAddress: string } {
  const [given, family] = [GIVEN[index % GIVEN.length] ?? GIVEN[0], FAMILY[index % FAMILY.length] ?? FAMILY[0]]
  return { name: `${given} ${family}`, postalAddress: `${index + 1} ${STREETS[index % STREETS.length] ?? STREETS[0]}` }
}

/** Who sits before the screens. */
export const YOU = {
  en: { name: 'Kaede Asahina', postalAddress: '7-3 Kawabata, Mizuho' },
  ja: { name: '朝比奈 楓', postalAddress: '瑞穂市川端7-3' },
} as const
