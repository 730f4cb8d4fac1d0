/** An expected outcome: a value, or the one reason why there is none. Bugs throw, the environment throws, people's input does neither. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

/** The reason a request, document or signature is refused: a stable code, words for developers, data for programs. */
export interface Refusal<Code extends string = string> {
  readonly code: Code
  readonly message: string
  readonly details?: Readonly<Record<string, string>>
}

export function refuse<Code extends string>(
  code: Code,
  message: string,
  details?: Readonly<Record<string, string>>,
): { readonly ok: false; readonly error: Refusal<Code> } {
  return err(details === undefined ? { code, message } : { code, message, details })
}
