import type { Refusal } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'

/** What answers a call, the output in wire form. */
export type Reply = { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: Refusal }
