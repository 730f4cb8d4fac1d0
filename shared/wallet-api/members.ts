import { z } from 'zod'
import { instant } from '../documents/fields.ts'

/** A list as the wallet gives it: nobody changes it in place. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly()
}

/** Name of an operation of a server, such as `exchange.order`. */
export const serverOperation = z.string().max(60)
/** SHA-256 over the root certificate or the key, base64url. */
export const thumbprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** Why something was refused. Screens show their own words for `code`; `message` is for developers, and may be a stranger's. */
export const refusal = z.strictObject({
  code: z.string().max(80),
  message: z.string(),
  details: z.record(z.string(), z.string()).readonly().optional(),
})

/** A file to be saved, or the content of one that was opened: at most 128 KiB of text. */
export const fileText = z.string().min(1).max(131_072)
export const savedFile = z.strictObject({ fileName: z.string(), text: z.string() })

export const period = { from: instant.optional(), until: instant.optional() }
