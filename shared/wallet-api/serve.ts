import { readMembers, writeMembers } from '../documents/document.ts'
import { refuse, type Refusal, type Result } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'
import {
  operations,
  progress,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type Progress,
} from './operations.ts'
import type { Reply } from './wire.ts'

/** What stands behind each operation. */
export type Implementation = {
  readonly [Name in OperationName]: (
    input: OperationInput<Name>,
    onProgress: (step: Progress) => void,
  ) => Promise<Result<OperationOutput<Name>, Refusal>>
}

/** Answers one call in wire form. Never rejects. */
export type Answer = (operation: unknown, input: unknown, onProgress?: (step: Json) => void) => Promise<Reply>

/**
 * Decodes the input, asks the implementation, encodes the output. Refuses `unknown_operation` and what is not the input's form
 * (`bad_schema`, `bad_amount`, ...). What the implementation throws goes to `failed`, which names it for the screen: nothing of an
 * error crosses but a code.
 */
export function serve(
  implementation: Implementation,
  failed: (error: unknown, operation: OperationName) => Refusal,
): Answer {
  return async (operation, input, onProgress) => {
    if (typeof operation !== 'string' || !Object.hasOwn(operations, operation))
      return refuse('unknown_operation', 'the wallet has no such operation')
    const name = operation as OperationName
    const { input: inputForm, output } = operations[name]
    const read = readMembers(inputForm, input as Json)
    if (!read.ok) return read
    // Input and implementation have the same name; the union of all functions would take no input at all.
    const act = implementation[name] as (
      input: unknown,
      onProgress: (step: Progress) => void,
    ) => Promise<Result<unknown, Refusal>>
    try {
      const result = await act(read.value, (step) => onProgress?.(writeMembers(progress, step)))
      return result.ok ? { ok: true, output: writeMembers(output, result.value as never) } : result
    } catch (error) {
      return { ok: false, error: failed(error, name) }
    }
  }
}
