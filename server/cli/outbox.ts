import type { Command } from 'commander'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { minute } from '../../shared/terminal/typed.ts'
import { atDesk } from './operator.ts'
import { deskCommand, outputOf, type DeskFlags } from './options.ts'

/** What waits for the answers of other servers: the same at every desk. */
export function outbox(role: ServerRole): Command {
  return deskCommand('outbox', 'list what waits for the answers of other servers').action(async (flags: DeskFlags) => {
    const { peers } = await atDesk(role, flags, (desk) => desk.ask(`${role}.outbox`, {}))
    outputOf(flags).table(
      peers,
      [
        { title: 'for', value: (row) => row.userId },
        { title: 'messages', value: (row) => `${row.messages}`, align: 'right' },
        { title: 'since', value: (row) => minute(row.since) },
        { title: 'oldest', value: (row) => row.operation },
        { title: 'failed attempts', value: (row) => `${row.failures}`, align: 'right' },
        { title: 'reason', value: (row) => row.code ?? '' },
      ],
      'Nothing waits.',
    )
  })
}
