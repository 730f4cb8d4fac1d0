import { Command } from 'commander'
import { backupCommand, restoreBackupCommand } from './backup.ts'
import { bookCommand } from './book.ts'
import { cashCommand } from './cash.ts'
import { certificatesCommand } from './certificates.ts'
import { addressCommand, enrolCommand, renewCommand } from './enrol.ts'
import { historyCommand } from './history.ts'
import { initCommand } from './init.ts'
import { collectCommand, offeringsCommand, subscribeCommand } from './issue.ts'
import { orderCommand } from './order.ts'
import { reissueCommand } from './reissue.ts'
import { serveCommand } from './serve.ts'
import { statusCommand } from './status.ts'
import { claimCommand, restoreCommand, syncCommand } from './sync.ts'
import { transferCommand } from './transfer.ts'

/** `kabuken wallet`: the investor's side. Each command opens the wallet, does its work and closes it. */
export function walletCommand(): Command {
  const wallet = new Command('wallet').description('hold, trade and hand over share certificates')
  for (const command of [
    initCommand(),
    enrolCommand(),
    addressCommand(),
    renewCommand(),
    statusCommand(),
    offeringsCommand(),
    subscribeCommand(),
    collectCommand(),
    certificatesCommand(),
    bookCommand(),
    orderCommand(),
    transferCommand(),
    reissueCommand(),
    restoreCommand(),
    backupCommand(),
    restoreBackupCommand(),
    cashCommand(),
    claimCommand(),
    historyCommand(),
    syncCommand(),
    serveCommand(),
  ])
    wallet.addCommand(command)
  return wallet
}
