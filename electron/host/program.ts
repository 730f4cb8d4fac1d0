import { ok } from '../../shared/kernel/result.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { Updates } from '../../shared/wallet-api/views.ts'

/** What a host that can be updated says of itself. */
export interface Program {
  readonly version: string
  readonly updates: () => Updates
  readonly checkForUpdates: () => void
}

/** `program`: absent where the wallet is part of another program, such as a command. */
export function aboutProgram(program: Program | undefined): Pick<Implementation, 'about' | 'updates.check'> {
  return {
    about: async () => ok({ version: program?.version, updates: program?.updates() ?? { state: 'off' } }),
    'updates.check': async () => {
      program?.checkForUpdates()
      return ok({})
    },
  }
}
