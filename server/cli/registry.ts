import { Command, Option } from 'commander'
import type { Offering } from '../../shared/documents/offering.ts'
import type { RegisterEntry } from '../../shared/documents/register-entry.ts'
import type { TransferHistoryEntry } from '../../shared/documents/transfer.ts'
import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { day, minute } from '../../shared/terminal/typed.ts'
import {
  allPages,
  classOption,
  deskCommand,
  instant,
  money,
  outputOf,
  shares,
  type DeskFlags,
  type ShareClassName,
} from './options.ts'
import { allotAll } from './import.ts'
import { readNamed, refuseExisting, writeNew } from './files.ts'
import { outbox } from './outbox.ts'
import { atDesk, operatorName, type Desk } from './operator.ts'

export function registryCommand(): Command {
  return new Command('registry')
    .description('operate an issuer: offerings and the register of shareholders')
    .addCommand(offerings())
    .addCommand(offer())
    .addCommand(allot())
    .addCommand(importRegister())
    .addCommand(exportRegister())
    .addCommand(holders())
    .addCommand(history())
    .addCommand(stop('stop', true))
    .addCommand(stop('release', false))
    .addCommand(approve())
    .addCommand(outbox('issuer'))
}

function offerings(): Command {
  return deskCommand('offerings', 'list offerings').action(async (flags: DeskFlags) => {
    const rows = await atDesk('issuer', flags, (desk) =>
      allPages<Offering>(async (last) => {
        const page = await desk.ask('issuer.offerings', last === undefined ? {} : { after: last.offeringNumber })
        return { rows: page.offerings, more: page.more }
      }),
    )
    outputOf(flags).table(
      rows,
      [
        { title: 'number', value: (row) => row.offeringNumber },
        { title: 'company', value: (row) => row.companyName },
        { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
        { title: 'price', value: (row) => formatMoney(row.priceMinor, row.currency), align: 'right' },
        { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
        { title: 'subscribed', value: (row) => formatCount(row.subscribed), align: 'right' },
        { title: 'open', value: (row) => `${day(row.opensAt)} to ${day(row.closesAt)}` },
      ],
      'No offerings. Publish one with: kabuken registry offer',
    )
  })
}

interface OfferFlags extends DeskFlags {
  readonly class: ShareClassName
  readonly currency: string
  readonly price: string
  readonly quantity: bigint
  readonly terms: string
  readonly opens?: number
  readonly closes: number
}

function offer(): Command {
  return deskCommand('offer', 'publish an offering of shares')
    .argument('<security>', 'security, e.g. HOSHI')
    .addOption(classOption())
    .requiredOption('--price <amount>', 'price of one share; 0 is free of charge')
    .requiredOption('--currency <code>', 'currency of the price, which is that of the class')
    .requiredOption('--quantity <shares>', 'shares on offer', shares)
    .requiredOption('--terms <file>', 'file with the terms that subscribers agree to')
    .option('--opens <date>', 'first instant; now, if not given', instant)
    .requiredOption('--closes <date>', 'last instant', instant)
    .action(async (security: string, flags: OfferFlags) => {
      const terms = oneParagraph(readNamed(flags.terms))
      const priceMinor = money(flags.price, flags.currency)
      const made = await atDesk('issuer', flags, async (desk) => {
        await checkCurrency(desk, security, flags)
        return desk.ask('issuer.offer', {
          security,
          shareClass: flags.class,
          terms,
          priceMinor,
          quantity: flags.quantity,
          opensAt: flags.opens ?? Date.now(),
          closesAt: flags.closes,
          operator: operatorName(),
        })
      })
      outputOf(flags).result(
        made,
        () =>
          `${made.offeringNumber}: ${formatCount(made.quantity)} ${security} at ${formatMoney(made.priceMinor, made.currency)}`,
      )
    })
}

/** An offering is in the currency of its class: a price that was meant in another one would be published as something else. */
async function checkCurrency(desk: Desk, security: string, flags: OfferFlags): Promise<void> {
  const { classes } = await desk.ask('issuer.offerings', {})
  const currency = classes.find((each) => each.security === security && each.shareClass === flags.class)?.currency
  if (currency !== undefined && currency !== flags.currency)
    throw new CommandFailed(EXIT.usage, 'wrong_currency', `${security} ${flags.class} is in ${currency}`)
}

/** Signed documents hold no line ends: paragraphs are joined. */
function oneParagraph(text: string): string {
  return text.split(/\s+/u).filter(Boolean).join(' ')
}

interface AllotFlags extends DeskFlags {
  readonly class: ShareClassName
  readonly name: string
  readonly quantity: bigint
  readonly conditions: string
}

function allot(): Command {
  return deskCommand('allot', 'allot shares to one named holder, who collects the certificate')
    .argument('<security>', 'security')
    .argument('<user>', 'user ID of the holder')
    .addOption(classOption())
    .requiredOption('--name <name>', 'name of the holder')
    .requiredOption('--quantity <shares>', 'shares', shares)
    .requiredOption('--conditions <text>', 'conditions of issue, for the register')
    .action(async (security: string, userId: string, flags: AllotFlags) => {
      const answer = await atDesk('issuer', flags, (desk) =>
        desk.ask('issuer.allot', {
          allotments: [
            {
              security,
              shareClass: flags.class,
              holderName: flags.name,
              userId,
              quantity: flags.quantity,
              conditionsOfIssue: flags.conditions,
            },
          ],
          operator: operatorName(),
        }),
      )
      outputOf(flags).result(answer, () =>
        answer.allotments
          .map((each) => `${each.allotmentNumber}: ${formatCount(each.quantity)} ${security} to ${userId}`)
          .join('\n'),
      )
    })
}

function importRegister(): Command {
  return deskCommand('import', 'take over an existing register (CSV, or Open Cap Format JSON)')
    .argument('<files...>', 'one CSV file, or Open Cap Format files: stakeholders and transactions')
    .option(
      '--holders <file>',
      'CSV (stakeholder_id, user_id): which users the stakeholders are, where the register does not say',
    )
    .option('--classes <file>', 'CSV (stock_class_id, security, share_class): which classes here the register’s are')
    .action(async (files: string[], flags: DeskFlags & { holders?: string; classes?: string }) => {
      const { readRegisterFiles } = await import('../roles/issuer/import.ts')
      const { readMapping } = await import('../roles/issuer/mapping.ts')
      const source = (name: string) => ({ name, content: readNamed(name) })
      const mapping = readMapping({
        ...(flags.holders === undefined ? {} : { holders: source(flags.holders) }),
        ...(flags.classes === undefined ? {} : { classes: source(flags.classes) }),
      })
      if (!mapping.ok) throw new CommandFailed(EXIT.usage, mapping.error.code, mapping.error.message)
      const read = readRegisterFiles(files.map(source), mapping.value)
      if (!read.ok) throw new CommandFailed(EXIT.usage, read.error.code, read.error.message)
      const out = outputOf(flags)
      const done = await atDesk('issuer', flags, (desk) => allotAll(desk, read.value, out.note))
      out.table(
        done,
        [
          { title: 'allotment', value: (row) => row.allotmentNumber },
          { title: 'user ID', value: (row) => row.userId },
          { title: 'certificate', value: (row) => row.certificateNumber },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
        ],
        'No holder was allotted anything.',
      )
    })
}

function exportRegister(): Command {
  return deskCommand('export', 'write the register to a file')
    .argument('<file>', 'file to write')
    .addOption(new Option('--format <format>', 'form').choices(['csv', 'ocf']).default('csv'))
    .option('--security <id>', 'only this security')
    .action(async (file: string, flags: DeskFlags & { format: 'csv' | 'ocf'; security?: string }) => {
      refuseExisting(file)
      const { registerCsv, registerOcf } = await import('../roles/issuer/import.ts')
      const { entries, transfers } = await atDesk('issuer', flags, async (desk) => ({
        entries: await register(desk, { scope: flags.format === 'ocf' ? 'all' : 'live', ...flags }),
        transfers: await transfersOf(desk, flags.security),
      }))
      writeNew(file, flags.format === 'csv' ? registerCsv(entries) : registerOcf(entries, transfers))
      outputOf(flags).note(`${entries.length} entries written to ${file}`)
    })
}

interface HolderFlags extends DeskFlags {
  readonly security?: string
  readonly asOf?: number
  readonly all?: boolean
}

function holders(): Command {
  return deskCommand('holders', 'list the register of shareholders, now or as of a date')
    .option('--security <id>', 'only this security')
    .option('--as-of <date>', 'as it was then', instant)
    .option('--all', 'retired entries too')
    .action(async (flags: HolderFlags) => {
      const rows = await atDesk('issuer', flags, (desk) =>
        register(desk, { scope: flags.all === true ? 'all' : 'live', ...flags }),
      )
      outputOf(flags).table(
        rows,
        [
          { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
          { title: 'number', value: (row) => row.certificateNumber },
          { title: 'certificate ID', value: (row) => row.certificateId },
          { title: 'holder', value: (row) => row.holderName },
          { title: 'user ID', value: (row) => row.userId },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
          { title: 'acquired', value: (row) => minute(row.acquiredAt) },
          { title: 'state', value: (row) => row.state },
        ],
        'The register is empty.',
      )
    })
}

interface RegisterQuery {
  readonly scope: 'live' | 'all'
  readonly security?: string
  readonly asOf?: number
}

function register(desk: Desk, { scope, security, asOf }: RegisterQuery): Promise<RegisterEntry[]> {
  return allPages<RegisterEntry>(async (last) => {
    const page = await desk.ask('issuer.register', {
      scope,
      ...(security === undefined ? {} : { security }),
      ...(asOf === undefined ? {} : { asOf }),
      ...(last === undefined ? {} : { after: last.certificateId }),
    })
    return { rows: page.entries, more: page.more }
  })
}

function transfersOf(desk: Desk, security: string | undefined): Promise<TransferHistoryEntry[]> {
  return allPages<TransferHistoryEntry>(async (last) => {
    const page = await desk.ask('issuer.history', {
      ...(security === undefined ? {} : { security }),
      ...(last === undefined ? {} : { after: last.transferNumber }),
    })
    return { rows: page.entries, more: page.more }
  })
}

function history(): Command {
  return deskCommand('history', 'list transfers, the oldest first')
    .option('--security <id>', 'only this security')
    .action(async (flags: DeskFlags & { security?: string }) => {
      const rows = await atDesk('issuer', flags, (desk) => transfersOf(desk, flags.security))
      outputOf(flags).table(
        rows,
        [
          { title: 'number', value: (row) => row.transferNumber },
          { title: 'time', value: (row) => minute(row.at) },
          { title: 'security', value: (row) => `${row.security} ${row.shareClass}` },
          { title: 'quantity', value: (row) => formatCount(row.quantity), align: 'right' },
          { title: 'from', value: (row) => row.sellerUserId },
          { title: 'to', value: (row) => row.buyerUserId },
          { title: 'cause', value: (row) => row.cause },
        ],
        'No transfers yet.',
      )
    })
}

function stop(name: 'stop' | 'release', stopped: boolean): Command {
  return deskCommand(name, stopped ? 'stop a certificate: it cannot be transferred' : 'release a stopped certificate')
    .argument('<certificate>', 'certificate ID')
    .requiredOption('--ground <text>', 'why, for the record')
    .action(async (certificateId: string, flags: DeskFlags & { ground: string }) => {
      const answer = await atDesk('issuer', flags, (desk) =>
        desk.ask('issuer.stop', { certificateId, stopped, ground: flags.ground, operator: operatorName() }),
      )
      outputOf(flags).result(answer, () => `${certificateId}: ${answer.state}`)
    })
}

function approve(): Command {
  return deskCommand('approve-transfer', 'approve an acquirer of restricted shares, or recognise an inheritance')
    .argument('<certificate>', 'certificate ID')
    .argument('<user>', 'user ID of the acquirer')
    .requiredOption('--ground <text>', 'the resolution or the proof, for the record')
    .option('--take-back', 'take the approval back')
    .action(
      async (certificateId: string, userId: string, flags: DeskFlags & { ground: string; takeBack?: boolean }) => {
        const answer = await atDesk('issuer', flags, (desk) =>
          desk.ask('issuer.approve', {
            certificateId,
            userId,
            approved: flags.takeBack !== true,
            ground: flags.ground,
            operator: operatorName(),
          }),
        )
        outputOf(flags).result(answer, () => `${userId}: ${answer.approved ? 'approved' : 'no longer approved'}`)
      },
    )
}
