import { Command, Option } from 'commander'
import type { MemberRole } from '../../shared/documents/market-descriptor.ts'
import { day, minute } from '../../shared/terminal/typed.ts'
import { loadConfig } from '../config/config.ts'
import * as renewal from '../node/renewal.ts'
import { allPages, deskCommand, instant, outputOf, type DeskFlags } from './options.ts'
import { outbox } from './outbox.ts'
import { atDesk, operatorName } from './operator.ts'
import { passphraseFrom } from './passphrase.ts'

const ROLES = ['investor', 'issuer', 'exchange', 'settlement'] as const
const REASONS = [
  'unspecified',
  'key_compromise',
  'affiliation_changed',
  'superseded',
  'cessation_of_operation',
] as const

export function authorityCommand(): Command {
  return new Command('authority')
    .description('operate a certificate authority')
    .addCommand(requests())
    .addCommand(approve())
    .addCommand(refuse())
    .addCommand(invite())
    .addCommand(certificates())
    .addCommand(revoke())
    .addCommand(crl())
    .addCommand(outbox('authority'))
    .addCommand(rootList())
    .addCommand(renewAuthority())
}

function requests(): Command {
  return deskCommand('requests', 'list applications for identity certificates')
    .addOption(new Option('--state <state>', 'only these').choices(['pending', 'approved', 'refused']))
    .action(async (flags: DeskFlags & { state?: 'pending' | 'approved' | 'refused' }) => {
      const rows = await atDesk('authority', flags, (desk) =>
        allPages<{
          applicationNumber: string
          name: string
          role: string
          receivedAt: number
          state: string
          userId?: string | undefined
          securities?: readonly string[] | undefined
          certified?: readonly string[] | undefined
        }>(async (last) => {
          const page = await desk.ask('authority.applications', {
            ...(flags.state === undefined ? {} : { state: flags.state }),
            ...(last === undefined ? {} : { after: last.applicationNumber }),
          })
          return { rows: page.applications, more: page.more }
        }),
      )
      outputOf(flags).table(
        rows,
        [
          { title: 'number', value: (row) => row.applicationNumber },
          { title: 'received', value: (row) => minute(row.receivedAt) },
          { title: 'role', value: (row) => row.role },
          { title: 'name', value: (row) => row.name },
          { title: 'state', value: (row) => row.state },
          { title: 'user ID', value: (row) => row.userId ?? '' },
          { title: 'securities', value: securitiesAsked },
        ],
        'No applications. Give people the market link (kabuken node link) so that they can apply.',
      )
    })
}

/** Of an issuer; with a plus those beside the ones that it is certified for. */
function securitiesAsked({
  securities = [],
  certified,
}: {
  readonly securities?: readonly string[] | undefined
  readonly certified?: readonly string[] | undefined
}): string {
  if (certified === undefined) return securities.join(' ')
  return [...certified, ...securities.filter((each) => !certified.includes(each)).map((each) => `+${each}`)].join(' ')
}

function approve(): Command {
  return deskCommand('approve', 'approve an application: its certificate is issued')
    .argument('<number>', 'application number, AP-...')
    .action(async (applicationNumber: string, flags: DeskFlags) => {
      const answer = await atDesk('authority', flags, (desk) =>
        desk.ask('authority.approve', { applicationNumber, operator: operatorName() }),
      )
      outputOf(flags).result(answer, () => `${applicationNumber} approved: ${answer.userId ?? ''}`)
    })
}

function refuse(): Command {
  return deskCommand('refuse', 'refuse an application')
    .argument('<number>', 'application number, AP-...')
    .requiredOption('--reason <text>', 'what the applicant is told')
    .action(async (applicationNumber: string, flags: DeskFlags & { reason: string }) => {
      const answer = await atDesk('authority', flags, (desk) =>
        desk.ask('authority.refuse', { applicationNumber, reason: flags.reason, operator: operatorName() }),
      )
      outputOf(flags).result(answer, () => `${applicationNumber} refused`)
    })
}

function invite(): Command {
  return deskCommand('invite', 'make an invitation code that approves one application')
    .addOption(new Option('--role <role>', 'for whom').choices(ROLES).default('investor'))
    .option('--security <id...>', 'securities that an invited issuer may issue')
    .option('--until <date>', 'valid until', instant)
    .action(async (flags: DeskFlags & { role: MemberRole; security?: string[]; until?: number }) => {
      const until = flags.until ?? Date.now() + 7 * 24 * 60 * 60 * 1000
      const answer = await atDesk('authority', flags, (desk) =>
        desk.ask('authority.invite', {
          role: flags.role,
          validUntil: until,
          operator: operatorName(),
          ...(flags.security === undefined ? {} : { securities: flags.security }),
        }),
      )
      outputOf(flags).result(
        answer,
        () => `${answer.invitation}\n(${flags.role}, until ${minute(answer.validUntil)} UTC; shown this once)`,
      )
    })
}

function certificates(): Command {
  return deskCommand('certificates', 'list issued certificates')
    .option('--user <id>', 'only of this member')
    .action(async (flags: DeskFlags & { user?: string }) => {
      const rows = await atDesk('authority', flags, (desk) =>
        allPages<{
          serial: string
          userId: string
          name: string
          role: string
          usage: string
          notAfter: number
          state: string
        }>(async (last) => {
          const page = await desk.ask('authority.certificates', {
            ...(flags.user === undefined ? {} : { userId: flags.user }),
            ...(last === undefined ? {} : { after: last.serial }),
          })
          return { rows: page.certificates, more: page.more }
        }),
      )
      outputOf(flags).table(
        rows,
        [
          { title: 'serial', value: (row) => row.serial },
          { title: 'user ID', value: (row) => row.userId },
          { title: 'role', value: (row) => row.role },
          { title: 'use', value: (row) => row.usage },
          { title: 'until', value: (row) => day(row.notAfter) },
          { title: 'state', value: (row) => row.state },
          { title: 'name', value: (row) => row.name },
        ],
        'No certificates were issued yet.',
      )
    })
}

function revoke(): Command {
  return deskCommand('revoke', 'revoke the certificates of a member')
    .argument('<user>', 'user ID')
    .option('--serial <hex>', 'only this certificate')
    .addOption(new Option('--reason <reason>', 'why').choices(REASONS).default('unspecified'))
    .action(async (userId: string, flags: DeskFlags & { serial?: string; reason: (typeof REASONS)[number] }) => {
      const answer = await atDesk('authority', flags, (desk) =>
        desk.ask('authority.revoke', {
          userId,
          reason: flags.reason,
          operator: operatorName(),
          ...(flags.serial === undefined ? {} : { serial: flags.serial }),
        }),
      )
      outputOf(flags).result(answer, () => `${answer.revoked.length} revoked, in revocation list ${answer.crlNumber}`)
    })
}

function crl(): Command {
  return deskCommand('crl', 'issue a new revocation list now').action(async (flags: DeskFlags) => {
    const answer = await atDesk('authority', flags, (desk) => desk.ask('authority.crl', {}))
    outputOf(flags).result(
      answer,
      () =>
        `revocation list ${answer.crlNumber}: ${answer.revoked} revoked, next by ${new Date(answer.nextUpdate).toISOString()}`,
    )
  })
}

function rootList(): Command {
  return deskCommand(
    'root-list',
    'issue the root’s next revocation list, once a year; a running node gives it out at once',
  )
    .requiredOption('--root <file>', 'key file of the root, out of its safe place')
    .action(async (flags: DeskFlags & { root: string }) => {
      const issued = await renewal.renewRootList({
        loaded: loadConfig(flags.config),
        passphrase: passphraseFrom(flags.passphraseFile),
        rootKey: flags.root,
      })
      outputOf(flags).result(
        { crlNumber: issued.number.toString(), nextUpdate: new Date(issued.nextUpdate).toISOString() },
        () => `list ${issued.number} of the root, the next one by ${day(issued.nextUpdate)}`,
      )
    })
}

function renewAuthority(): Command {
  return deskCommand(
    'renew-authority',
    'renew the authority’s own certificate, with --root also that of the issuing authority; restart the node then',
  )
    .option('--root <file>', 'key file of the root, out of its safe place')
    .action(async (flags: DeskFlags & { root?: string }) => {
      const renewed = await renewal.renewAuthority({
        loaded: loadConfig(flags.config),
        passphrase: passphraseFrom(flags.passphraseFile),
        rootKey: flags.root,
      })
      outputOf(flags).result(
        {
          notAfter: new Date(renewed.notAfter).toISOString(),
          issuingNotAfter: new Date(renewed.issuingNotAfter).toISOString(),
        },
        () =>
          `authority until ${day(renewed.notAfter)}, issuing authority until ${day(renewed.issuingNotAfter)}; restart the node`,
      )
    })
}
