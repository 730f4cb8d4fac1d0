import { z } from 'zod'
import { currency } from '../../../shared/documents/fields.ts'

/** What the operator of a settlement server configures. */
export const settlementSettings = z.strictObject({
  /** ISO 4217: the currencies in which accounts can be opened. */
  currencies: z.array(currency).min(1).max(8).default(['JPY']),
  /** Wrong account numbers after which a user is told nothing more for the rest of the hour. */
  wrongTriesPerHour: z.number().int().min(1).max(100).default(5),
})

export type SettlementSettings = z.output<typeof settlementSettings>
