import { readMembers, writeMembers } from '../documents/document.ts'
import { refuse, type Refusal, type Result } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'
import {
  events,
  operations,
  progress,
  type EventBody,
  type EventName,
  type OperationInput,
  type OperationName,
  type OperationOutput,
  type Progress,
} from './operations.ts'
import type { Reply } from './wire.ts'

/**
 * Carries calls and events between a screen and its host, in wire form. `call` rejects only when the host is gone; `listen` hears
 * every event and returns the function that ends it.
 */
export interface Transport {
  readonly call: (operation: string, input: Json, onProgress: ((step: Json) => void) | undefined) => Promise<Reply>
  readonly listen: (listener: (event: string, body: Json) => void) => () => void
}

export interface CallOptions {
  /** For operations with `progress`. */
  readonly onProgress?: (progress: Progress) => void
}

/** The wallet as the screens see it. */
export interface WalletClient {
  /** Never rejects. `bad_schema` or another code of the input's form comes from here, before anything is sent. */
  readonly call: <Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
    options?: CallOptions,
  ) => Promise<Result<OperationOutput<Name>, Refusal>>
  /** Returns the function that ends it. */
  readonly on: <Name extends EventName>(event: Name, listener: (body: EventBody<Name>) => void) => () => void
}

/**
 * The typed client over any transport. In a page whose policy forbids evaluating text, call `z.config({ jitless: true })` in a
 * module that is imported before this one.
 */
export function clientOver(transport: Transport): WalletClient {
  return {
    async call(operation, input, options) {
      const { input: inputForm, output } = operations[operation]
      const wire = write(inputForm, input)
      if (!wire.ok) return wire
      const onProgress = options?.onProgress
      try {
        const reply = await transport.call(
          operation,
          wire.value,
          onProgress &&
            ((step) => {
              const read = readMembers(progress, step)
              if (read.ok) onProgress(read.value)
            }),
        )
        if (!reply.ok) return reply
        // The operation's own output schema: the types of a table entry cannot be followed through its name.
        return readMembers(output, reply.output) as Result<OperationOutput<typeof operation>, Refusal>
      } catch (error) {
        return refuse('host_gone', `the wallet does not answer: ${String(error)}`)
      }
    },
    on(event, listener) {
      return transport.listen((name, body) => {
        if (name !== event) return
        const read = readMembers(events[event], body)
        if (read.ok) listener(read.value as EventBody<typeof event>)
      })
    },
  }
}

/** Input is what people typed: what the schema does not allow is an answer, not a bug. */
function write(form: (typeof operations)[OperationName]['input'], input: unknown): Result<Json, Refusal> {
  try {
    const wire = writeMembers(form, input as never)
    const read = readMembers(form, wire)
    return read.ok ? { ok: true, value: wire } : read
  } catch {
    return refuse('bad_schema', 'the input is not what the operation takes')
  }
}
