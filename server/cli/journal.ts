import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { verifyJournal } from '../commit/journal.ts'
import { loadConfig } from '../config/config.ts'
import { definitionForReplay } from '../node/compose.ts'
import { roleFolder } from '../node/role-folder.ts'
import { openSqliteStore } from '../storage/sqlite/role-store.ts'
import { deskCommand, outputOf, type DeskFlags } from './options.ts'

const ROLES = ['authority', 'issuer', 'exchange', 'settlement'] as const

type JournalFlags = DeskFlags & { readonly role: ServerRole }

export function journalCommand(): Command {
  return new Command('journal')
    .description('check the journal of a role (its node must be stopped)')
    .addCommand(verify())
    .addCommand(replayed())
}

const roleOption = (): Option => new Option('--role <role>', 'role').choices(ROLES).makeOptionMandatory()

function verify(): Command {
  return deskCommand('verify', 'check the hash chain of every entry')
    .addOption(roleOption())
    .action(async (flags: JournalFlags) => {
      const { store } = await openOwn(flags)
      try {
        const head = checked(verifyJournal(store.journal(0n), store.journalHead()))
        outputOf(flags).result(
          { sequence: head.sequence, hash: head.hash },
          () => `${head.sequence} entries, unbroken; head ${head.hash}`,
        )
      } finally {
        store.close()
      }
    })
}

function replayed(): Command {
  return deskCommand('replay', 'decide every entry again and compare the state')
    .addOption(roleOption())
    .action(async (flags: JournalFlags) => {
      const { store, definition } = await openOwn(flags)
      const folder = mkdtempSync(join(tmpdir(), 'kabuken-replay-'))
      const again = openSqliteStore({ file: join(folder, 'state.sqlite'), role: flags.role, tables: definition.tables })
      try {
        const head = checked(verifyJournal(store.journal(0n), store.journalHead()))
        definition.replay(store.journal(0n), again)
        const [stored, rebuilt] = [store.stateHash(), again.stateHash()]
        if (stored !== rebuilt)
          throw new CommandFailed(
            EXIT.invalid,
            'state_differs',
            `the journal gives another state (${rebuilt}) than what is stored (${stored})`,
          )
        outputOf(flags).result(
          { sequence: head.sequence, stateHash: stored },
          () => `${head.sequence} entries replayed to the same state, ${stored}`,
        )
      } finally {
        again.close()
        rmSync(folder, { recursive: true })
        store.close()
      }
    })
}

async function openOwn(flags: JournalFlags) {
  const loaded = loadConfig(flags.config)
  const definition = await definitionForReplay(flags.role, loaded)
  const { database } = roleFolder(loaded.dataFolder, flags.role)
  return { definition, store: openSqliteStore({ file: database, role: flags.role, tables: definition.tables }) }
}

function checked(verified: ReturnType<typeof verifyJournal>): { sequence: bigint; hash: string } {
  if (!verified.ok) throw new CommandFailed(EXIT.invalid, verified.error.code, verified.error.message)
  return verified.value
}
