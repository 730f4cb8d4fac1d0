import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemPorts } from '../electron/host/system-ports.ts'
import { fileKeychain } from '../electron/wallet/keychain/file.ts'
import type { Keychain, Secret } from '../electron/wallet/keychain/keychain.ts'
import { openWallet, type HeldCertificate, type Wallet } from '../electron/wallet/wallet.ts'
import { CURRENCY, PEOPLE, type PersonKey } from './cast.ts'
import { granted, StoryBroken } from './expect.ts'

/** The keys of play identities: anybody may know it. */
export const PASSPHRASE = 'demonstration'
/** Long enough to sit out the restart of a server. */
const PATIENCE_MS = 120_000

/** Whoever has a wallet. */
export interface Holder {
  readonly name: string
  readonly wallet: Wallet
}

export interface Person extends Holder {
  readonly key: PersonKey
  readonly address: string
  readonly folder: string
}

export type People = Readonly<Record<PersonKey, Person>>

/** Opens everybody's wallet; each has its own folder, keychain and connections. */
export async function openPeople(folder: string): Promise<People> {
  const opened = await Promise.all(PEOPLE.map(async (each) => [each.key, await openPerson(folder, each)] as const))
  return Object.fromEntries(opened) as unknown as People
}

async function openPerson(folder: string, person: (typeof PEOPLE)[number]): Promise<Person> {
  const own = join(folder, 'wallets', person.key)
  return { ...person, folder: own, wallet: await openPlayWallet(own, keychainOf(own)) }
}

/** A wallet that signs whatever this program has it do, over real sockets. */
export function openPlayWallet(folder: string, keychain: Keychain): Promise<Wallet> {
  return openWallet({ folder, keychain, ...playPorts })
}

/** The encrypted key file; once opened it stays open, because deriving its key takes half a second each time. */
export function keychainOf(folder: string): Keychain {
  const file = fileKeychain({ folder: join(folder, 'keys'), passphrase: () => Promise.resolve(PASSPHRASE) })
  const opened = new Map<string, Promise<Secret | undefined>>()
  return {
    ...file,
    load(name) {
      const known = opened.get(name) ?? file.load(name)
      opened.set(name, known)
      return known
    },
  }
}

const playPorts = {
  ...systemPorts(),
  // Everybody here agrees to what the story lets them sign.
  confirm: () => Promise.resolve(true),
  patienceMs: PATIENCE_MS,
} as const

/** From an empty folder to an identity certificate and an account. */
export async function settleIn(person: Person, link: string): Promise<string> {
  await becomeMember(person, Promise.resolve(link), person.address)
  return userIdOf(person)
}

/** A key, an identity certificate and an account: whatever of it is not there yet. The key is made before there is a market. */
export async function becomeMember(
  { wallet, name }: Holder,
  link: Promise<string>,
  postalAddress: string,
): Promise<void> {
  if (wallet.identity() === undefined) {
    const key = await wallet.createKey()
    if (!key.ok && key.error.code !== 'key_exists') throw new StoryBroken(`${name} makes a key: ${key.error.code}`)
    await granted(`${name} joins the market`, wallet.join(await link))
    const enrolment = await granted(`${name} enrols`, wallet.enrol({ name, postalAddress }))
    if (enrolment.state !== 'approved') throw new StoryBroken(`${name}: ${enrolment.state}`)
  }
  if (wallet.accounts().length === 0)
    await granted(`${name} opens an account`, wallet.openAccount({ currency: CURRENCY }))
}

export async function makeKeys(people: People): Promise<void> {
  await Promise.all(
    Object.values(people).map((person) => granted(`${person.name} makes a key`, person.wallet.createKey())),
  )
}

export function userIdOf({ wallet, name }: Holder): string {
  const identity = wallet.identity()
  if (identity === undefined) throw new Error(`${name} has no identity`)
  return identity.userId
}

/** Live certificates of a security, the largest first. */
export function live({ wallet }: Pick<Holder, 'wallet'>, security: string): HeldCertificate[] {
  return wallet
    .certificates()
    .filter((held) => held.security === security && held.state === 'live')
    .toSorted((a, b) => Number(b.quantity - a.quantity))
}

export function largest(person: Person, security: string): HeldCertificate {
  const [first] = live(person, security)
  if (first === undefined) throw new Error(`${person.name} has no live certificate of ${security}`)
  return first
}

export async function closePeople(people: People): Promise<void> {
  await Promise.all(Object.values(people).map(({ wallet }) => wallet.close()))
}

/** Under which name the keychain has the person's key: there is one key file in each folder. */
export function keyNameOf({ folder }: Person): string | undefined {
  const [file] = readdirSync(join(folder, 'keys')).filter((name) => name.endsWith('.key.json'))
  return file?.slice(0, -'.key.json'.length)
}
