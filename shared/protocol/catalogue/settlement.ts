import { z } from 'zod'
import {
  amountMinor,
  currency,
  instant,
  personName,
  positiveAmountMinor,
  remark,
  requestId,
  sealedAccount,
  sequenceNumber,
  userId,
} from '../../documents/fields.ts'
import {
  accountEntry,
  accountInquiry,
  accountStatement,
  claimRequest,
  holdChange,
  holdRelease,
  holdRequest,
  paymentRequest,
  settlementRequest,
  settlementResult,
} from '../../documents/settlement.ts'
import { command, inquiry } from '../operation.ts'
import { outboxOperations } from './outbox.ts'
import { subscriptionOperations } from './subscription.ts'

const account = z.strictObject({
  userId,
  name: personName,
  accountEnding: z.string().regex(/^\d{4}$/),
  currency,
  balanceMinor: amountMinor,
  heldMinor: amountMinor,
})

export const settlementOperations = {
  ...subscriptionOperations,
  ...outboxOperations,
  /** The holder chooses the number (10 to 16 digits) and sends it encrypted; a number in use is refused. */
  'open-account': command(
    ['investor', 'issuer', 'exchange'],
    z.strictObject({ account: sealedAccount, name: personName, currency }),
    z.strictObject({ accountEnding: z.string().regex(/^\d{4}$/), currency, openedAt: instant }),
  ),
  hold: command(['exchange'], holdRequest, z.strictObject({ holdId: requestId, amountMinor })),
  'change-hold': command(['exchange'], holdChange, z.strictObject({ holdId: requestId, amountMinor })),
  release: command(['exchange'], holdRelease, z.strictObject({ holdId: requestId, releasedMinor: amountMinor })),
  /** SE3: Fig. 19. Paid once, whoever asks first. */
  settle: command(['exchange'], settlementRequest, settlementResult),
  pay: command(['issuer'], paymentRequest, z.strictObject({ paymentId: requestId, paidAt: instant })),
  claim: command(['investor'], claimRequest, settlementResult),
  /** SE4 */
  account: inquiry(['investor', 'issuer', 'exchange'], accountInquiry, accountStatement),
  accounts: inquiry(
    ['operator'],
    z.strictObject({ after: userId.optional() }),
    z.strictObject({ accounts: z.array(account), more: z.boolean() }),
  ),
  /** SE2: the bank's side. The reference makes each deposit count once. */
  deposit: command(
    ['operator'],
    z.strictObject({
      userId,
      currency,
      amountMinor: positiveAmountMinor,
      reference: z.string().min(1).max(60),
      remark: remark.optional(),
      operator: personName,
    }),
    accountEntry,
  ),
  withdraw: command(
    ['operator'],
    z.strictObject({
      userId,
      currency,
      amountMinor: positiveAmountMinor,
      reference: z.string().min(1).max(60),
      remark: remark.optional(),
      operator: personName,
    }),
    accountEntry,
  ),
  /** SE5 */
  statement: inquiry(
    ['operator'],
    z.strictObject({ userId, currency, after: sequenceNumber.optional() }),
    z.strictObject({ entries: z.array(accountEntry), more: z.boolean() }),
  ),
  totals: inquiry(
    ['operator'],
    z.strictObject({}),
    z.strictObject({
      currencies: z.array(
        z.strictObject({
          currency,
          depositedMinor: amountMinor,
          withdrawnMinor: amountMinor,
          balancesMinor: amountMinor,
          heldMinor: amountMinor,
        }),
      ),
    }),
  ),
} as const

/** Bodies of the events on `user:<user ID>`. */
export const settlementEvents = {
  /** After every movement, with its entry, and after every change of what is on hold. */
  account: z.strictObject({
    accountEnding: z.string().regex(/^\d{4}$/),
    currency,
    balanceMinor: amountMinor,
    heldMinor: amountMinor,
    availableMinor: amountMinor,
    entry: accountEntry.optional(),
  }),
} as const
