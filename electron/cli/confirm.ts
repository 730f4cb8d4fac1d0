import type { Output } from '../../shared/terminal/output.ts'
import type { WalletPorts } from '../wallet/wallet.ts'
import { describeSigning } from './signing.ts'
import type { Person } from './terminal.ts'

interface Confirming {
  /** Agreed beforehand, on the command line. */
  readonly yes: boolean
  readonly person: Person | undefined
  readonly out: Output
  /** The market's, for amounts that name none. */
  readonly currency: () => string | undefined
}

/** Shows what is about to be signed and asks. Where nobody can be asked, and nobody agreed beforehand, nothing is signed. */
export function confirmer({ yes, person, out, currency }: Confirming): WalletPorts['confirm'] {
  return async (summary) => {
    out.note(describeSigning(summary, currency()))
    if (yes) return true
    if (person !== undefined) return await person.agrees(summary.kind === 'backup' ? 'Make this backup?' : 'Sign this?')
    out.note('Nobody can be asked here; --yes agrees beforehand.')
    return false
  }
}
