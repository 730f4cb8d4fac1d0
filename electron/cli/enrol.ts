import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { readMarketLink } from '../../shared/market/market-link.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { formatFacts } from '../../shared/terminal/facts.ts'
import { day } from '../../shared/terminal/typed.ts'
import { formatFingerprint } from '../wallet/fingerprint.ts'
import type { EnrolmentView, Outcome, Wallet } from '../wallet/wallet.ts'
import { granted } from './failure.ts'
import { readText } from './files.ts'
import { withWallet, type Session } from './open.ts'
import { signingCommand, walletSubcommand, type WalletFlags } from './options.ts'

interface EnrolFlags extends WalletFlags {
  readonly join?: string
  readonly rootConfirmed?: boolean
  readonly name?: string
  readonly address?: string
  readonly invitation?: string
}

export function enrolCommand(): Command {
  return signingCommand('enrol', 'join a market and apply for an identity certificate; again: ask how it stands')
    .option('--join <link>', 'link of the market, or the file that holds it')
    .option('--root-confirmed', "the root's fingerprint was compared: do not ask")
    .option('--name <name>', 'your name, as the register shall have it')
    .option('--address <address>', 'your postal address, as the register shall have it')
    .option('--invitation <code>', 'invitation code of the authority')
    .action((flags: EnrolFlags) =>
      withWallet(flags, async (session) => {
        if (flags.join !== undefined) await join(session, flags.join, flags.rootConfirmed === true)
        const form = flags.name === undefined ? await askForm(session, flags) : flags
        const present = granted(await (form === undefined ? session.wallet.enrolment() : apply(session.wallet, form)))
        session.out.result(present, () => describeEnrolment(present))
      }),
    )
}

async function join({ wallet, out, person }: Session, given: string, confirmed: boolean): Promise<void> {
  const link = granted(readMarketLink(existsSync(given) ? readText(given) : given))
  out.note(`The fingerprint of the market's root is\n\n${inRows(formatFingerprint(link.root))}\n`)
  if (!confirmed) {
    const question = 'Is it the same as the one you were given by other means, such as paper or telephone?'
    if ((await person?.agrees(question)) !== true)
      throw new CommandFailed(
        EXIT.refused,
        'root_not_confirmed',
        'The fingerprint was not confirmed, so the market was not joined. Compare it first; for scripts: --root-confirmed.',
      )
  }
  const market = granted(await wallet.join(link))
  out.note(`Joined ${market.marketName}${market.demonstration ? ' (a market for play)' : ''}.`)
}

/** Four groups a row, for reading aloud. */
function inRows(fingerprint: string): string {
  return fingerprint.replaceAll(/((?:\S+ ){3}\S+) ?/g, '  $1\n').trimEnd()
}

type Form = Pick<EnrolFlags, 'name' | 'address' | 'invitation'>

/** Undefined where nobody can be asked, or where there is an application already. */
async function askForm({ wallet, person }: Session, flags: EnrolFlags): Promise<Form | undefined> {
  if (person === undefined || granted(await wallet.enrolment()).state !== 'none') return undefined
  const name = await person.text('Your name, as the register shall have it')
  const address = flags.address ?? (await person.text('Your postal address, as the register shall have it'))
  return { ...flags, ...(name !== undefined && { name }), ...(address !== undefined && { address }) }
}

function apply(wallet: Wallet, { name = '', address, invitation }: Form): Outcome<EnrolmentView> {
  return wallet.enrol({
    name,
    ...(address !== undefined && address !== '' && { postalAddress: address }),
    ...(invitation !== undefined && { invitation }),
  })
}

export function describeEnrolment(enrolment: EnrolmentView): string {
  switch (enrolment.state) {
    case 'none':
      return 'You have not applied yet: kabuken wallet enrol --name NAME --address ADDRESS'
    case 'pending':
      return `Application ${enrolment.applicationNumber} waits for the authority. Ask again with: kabuken wallet enrol`
    case 'refused':
      return `The authority refused application ${enrolment.applicationNumber}${enrolment.reason === undefined ? '' : `: ${enrolment.reason}`}`
    case 'approved': {
      const { userId, name, postalAddress, notAfter } = enrolment.identity
      return formatFacts([
        ['user ID', userId],
        ['name', name],
        ['address', postalAddress ?? 'none yet: kabuken wallet address ADDRESS'],
        ['certificate valid until', day(notAfter)],
      ])
    }
  }
}

export function addressCommand(): Command {
  return walletSubcommand('address', 'set the postal address that the register shall have')
    .argument('<address>', 'postal address')
    .action((address: string, flags: WalletFlags) =>
      withWallet(flags, async ({ wallet, out }) => {
        granted(await wallet.setPostalAddress(address))
        out.result({ postalAddress: address }, () => `address: ${address}`)
      }),
    )
}

export function renewCommand(): Command {
  return signingCommand('renew', 'renew your identity certificate').action((flags: WalletFlags) =>
    withWallet(flags, async ({ wallet, out }) => {
      const identity = granted(await wallet.renew())
      out.result(identity, () => describeEnrolment({ state: 'approved', identity }))
    }),
  )
}
