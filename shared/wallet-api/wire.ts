import { z } from 'zod'
import type { Refusal } from '../kernel/result.ts'
import type { Json } from '../signing/canonical.ts'

/** What answers a call, the output in wire form. */
export type Reply = { readonly ok: true; readonly output: Json } | { readonly ok: false; readonly error: Refusal }

/** From the screens to the browser's host, over its socket: a call, numbered by the screens. */
export const callMessage = z.strictObject({
  id: z.number().int().nonnegative(),
  call: z.string().max(80),
  input: z.unknown(),
})

/** From the host: the answer to a call, a step of it, or an event. */
export type HostMessage =
  | { readonly id: number; readonly reply: Reply }
  | { readonly id: number; readonly progress: Json }
  | { readonly event: string; readonly body: Json }

/** WebSocket subprotocol and path of the browser's host. */
export const WALLET_SUBPROTOCOL = 'kabuken.wallet.v1'
export const WALLET_SOCKET_PATH = '/wallet'
