import type { Signer } from '../../shared/signing/jws.ts'
import { SigningRefusedError } from '../../shared/signing/restrict-signer.ts'
import type { SigningSummary } from './api.ts'
import { summarise } from './signing-summary.ts'

/** The person was asked and said no. Nothing was signed. */
export class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError'
  readonly code = 'not_confirmed'
}

/** Asking costs a look, signing these costs nothing: they give away neither shares nor money nor rights. */
function needsPerson({ kind }: SigningSummary): boolean {
  return kind !== 'inquiry' && kind !== 'collection'
}

/**
 * The one way to a signature over a request or endorsement: what it says is read back from the very bytes to be signed and shown
 * to the person. Throws {@link SigningRefusedError} for bytes of which it cannot tell what they say, {@link NotConfirmedError}
 * when the person says no.
 */
export function askingSigner(
  signer: Signer,
  confirm: (summary: SigningSummary) => Promise<boolean>,
  nameOf: (userId: string) => string | undefined,
): Signer {
  return {
    algorithm: signer.algorithm,
    name: signer.name,
    async sign(input) {
      // A copy of our own: what is shown is what is signed, whatever becomes of the caller's bytes meanwhile.
      const bytes = new Uint8Array(input)
      const summary = summarise(bytes, nameOf)
      if (summary === undefined) throw new SigningRefusedError('not a request or endorsement that the wallet can read')
      if (needsPerson(summary) && !(await confirm(summary))) throw new NotConfirmedError('the person did not confirm')
      return signer.sign(bytes)
    },
  }
}
