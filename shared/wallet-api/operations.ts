import { z } from 'zod'
import {
  certificateId,
  classMembers,
  currency,
  instant,
  matchNumber,
  offeringNumber,
  receptionNumber,
  shareCount,
  shareTotal,
  userId,
} from '../documents/fields.ts'
import { offering, shareClassTerms } from '../documents/offering.ts'
import { orderPrice, orderStatus } from '../documents/order.ts'
import { accountStatement } from '../documents/settlement.ts'
import { transferCause } from '../documents/transfer.ts'
import { exchangeOperations } from '../protocol/catalogue/exchange.ts'
import { marketUpdate } from './market.ts'
import { fileText, list, period, savedFile, thumbprint } from './members.ts'
import { nodeOperations } from './node.ts'
import * as view from './views.ts'

/**
 * Everything that a screen can ask of the wallet behind it. The typed client, Electron's gateway and the browser's socket are
 * derived from this table; nothing else crosses. No operation reads the private key, and none signs bytes: those with `confirms`
 * sign what they are named for, after the host itself showed a person what the bytes say (`not_confirmed` if they say no).
 *
 * `client.call(name, input, { onProgress })` resolves to a Result. Memory form: amounts and share counts bigint, instants
 * milliseconds; wire form: decimal strings, RFC 3339. A refusal's `code` is the wallet's (`under_way`, `no_key`, ...), a
 * server's (docs/PROTOCOL.md), the keychain's or the store's, or one of the host's own: `locked`, `bad_schema`,
 * `unknown_operation`, `host_gone`, `internal_error`.
 */
export interface Operation<Input extends z.ZodType = z.ZodType, Output extends z.ZodType = z.ZodType> {
  readonly input: Input
  readonly output: Output
  /** The host asks the person before it signs. Collecting what others registered for us is signed unasked. */
  readonly confirms: boolean
  /** Reports {@link progress} while it runs. */
  readonly progress: boolean
}

function ask<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { input, output, confirms: false, progress: false } as const
}

function sign<Input extends z.ZodType, Output extends z.ZodType>(input: Input, output: Output) {
  return { input, output, confirms: true, progress: false } as const
}

const nothing = z.strictObject({})
/** The passphrase is the backup's own. */
const restoring = { passphrase: z.string().min(1).max(1000) }
const certificates = list(view.heldCertificate)
const certificateIds = list(certificateId).refine((ids) => ids.length > 0)
const { listings, book, trades } = exchangeOperations

/** How far an operation has come, in steps of its own. */
export const progress = z.strictObject({ step: view.syncStep, done: z.number().int(), total: z.number().int() })

export const operations = {
  /** One picture of everything on the first screen. Asks nobody; also answered while locked. */
  overview: ask(nothing, view.overview),

  // The key and the lock
  /** First run: whether this system's keychain works, else why not (`keychain_locked`, `keychain_unavailable`, ...). */
  'key.options': ask(
    nothing,
    z.strictObject({ os: z.strictObject({ usable: z.boolean(), code: z.string().optional() }) }),
  ),
  /** Makes the private key. `passphrase` for the place `file` only, at least 8 characters. Never a second one (`key_exists`). */
  'key.create': ask(
    z.discriminatedUnion('place', [
      z.strictObject({ place: z.literal('os') }),
      z.strictObject({ place: z.literal('file'), passphrase: z.string().min(8).max(1000) }),
    ]),
    z.strictObject({ thumbprint }),
  ),
  /** Closes the wallet: connections end, the passphrase is forgotten. */
  'lock.lock': ask(nothing, nothing),
  /** With a key file: `passphrase_wrong`, `passphrase_required`. With the system's keychain that one asks, if it is locked. */
  'lock.unlock': ask(z.strictObject({ passphrase: z.string().min(1).max(1000).optional() }), nothing),
  /** A person is at the screen: puts off the automatic lock. At most once every few seconds is enough. */
  'lock.touch': ask(nothing, nothing),

  // Backup
  /**
   * Everything, the key included, sealed under the passphrase. The host asks the person as before a signature: whoever has the file
   * and the passphrase can sign.
   */
  'backup.make': sign(z.strictObject({ passphrase: z.string().min(8).max(1000) }), savedFile),
  /** The text of a backup, piece by piece: it is longer than one message may be. `from` is where the piece begins; 0 begins anew. */
  'backup.give': ask(z.strictObject({ from: z.number().int().min(0), text: fileText }), nothing),
  /** What was given, as far as it can be told without its passphrase. `bad_backup`, `backup_newer`. */
  'backup.inspect': ask(nothing, z.strictObject({ madeAt: instant })),
  /**
   * Puts what was given into a wallet without a key (`key_exists`), whole or not at all: `bad_backup`, `backup_newer`,
   * `passphrase_wrong`. Afterwards `sync` and `restore` find out what is still true.
   */
  'backup.restore': ask(
    z.discriminatedUnion('place', [
      z.strictObject({ ...restoring, place: z.literal('os') }),
      z.strictObject({ ...restoring, place: z.literal('file'), keyPassphrase: z.string().min(8).max(1000) }),
    ]),
    z.strictObject({ thumbprint }),
  ),

  // Market
  /** What a link (`kabuken://join?...`) or the text of a market file says, for comparing the fingerprint. `bad_link`. */
  'market.readLink': ask(z.strictObject({ text: fileText }), view.marketLink),
  'market.join': ask(z.strictObject({ link: fileText }), view.marketView),
  /** Fetches description and revocation lists anew. */
  'market.refresh': ask(nothing, view.marketView),
  /** Whom the market's description names, each with the certificate it signs with at present. */
  'market.servers': ask(nothing, list(view.marketServer)),
  'market.listings': ask(nothing, listings.reply.shape.listings.readonly()),
  'market.book': ask(
    z.strictObject({ ...classMembers, levels: z.number().int().min(1).max(50).optional() }),
    book.reply,
  ),
  /** The newest first, 100 at most; those before trade number `before`, if it is given. */
  'market.trades': ask(trades.request, trades.reply),
  /** Follows a class: the event `market` says what is known of it, and then what changes, until `market.unwatch` or the screen's end. */
  'market.watch': ask(z.strictObject(classMembers), nothing),
  'market.unwatch': ask(z.strictObject(classMembers), nothing),

  // Identity
  'identity.apply': sign(
    z.strictObject({
      name: z.string().min(1).max(120),
      postalAddress: z.string().min(1).max(300).optional(),
      invitation: z.string().min(1).max(200).optional(),
    }),
    view.enrolmentView,
  ),
  /** Asks the authority if the application is pending. */
  'identity.enrolment': ask(nothing, view.enrolmentView),
  /** Requests for certificates need an address. */
  'identity.setAddress': ask(z.strictObject({ postalAddress: z.string().min(1).max(300) }), nothing),
  'identity.renew': sign(nothing, view.identityView),
  /** For others to make certificates over to us. No secret in it. */
  'identity.file': ask(nothing, savedFile),

  // Money
  'cash.openAccount': sign(z.strictObject({ currency }), view.accountView),
  /** [0011]: balance, holds and all entries of the period. The market's currency if none is named. */
  'cash.statement': ask(z.strictObject({ currency: currency.optional(), ...period }), accountStatement),

  // Issue
  'offerings.list': ask(nothing, z.strictObject({ offerings: list(offering), classes: list(shareClassTerms) })),
  /** `terms`: the terms that were shown, word for word; what is signed names their hash (`terms_differ`). */
  'offerings.subscribe': sign(
    z.strictObject({ offeringNumber, quantity: shareCount, terms: z.string().min(1).max(20_000) }),
    certificates,
  ),

  // Certificates
  /** All ever held, the newest first, with the holder's own label and note. */
  'certificates.list': ask(nothing, list(view.listedCertificate)),
  /** `certificate_unknown`. */
  'certificates.one': ask(z.strictObject({ certificateId }), view.listedCertificate),
  /** Issue, orders, matches, transfers, reissues that it was part of, the oldest first, each with its evidence. `certificate_unknown`. */
  'certificates.life': ask(z.strictObject({ certificateId }), list(view.lifeEvent)),
  /** Sets label and note; an absent one is removed. */
  'certificates.remark': ask(z.strictObject({ certificateId, ...view.remarks }), nothing),
  /** One of ours by its ID, or the text of a certificate file (`bad_file`). Asks the issuer's register. */
  'certificates.verify': ask(
    z.union([z.strictObject({ certificateId }), z.strictObject({ text: fileText })]),
    view.verificationReport,
  ),
  'certificates.export': ask(z.strictObject({ certificateId }), savedFile),
  /** With a transfer, allotment or reissue number of `overview.wallet.toCollect`. */
  'certificates.collect': ask(z.strictObject({ number: z.string().min(1).max(40) }), certificates),
  'certificates.collectAll': ask(nothing, certificates),

  // Trade
  /** What an order would take and cost, before anything is signed. Sale: which certificates go, and how many shares come back. */
  'orders.preview': ask(
    view.orderForm,
    z.strictObject({
      certificateIds: list(certificateId),
      remainder: shareTotal,
      /** Buy: costs at most; sale: brings at least. Absent for a market order. */
      limitAmountMinor: z
        .codec(z.string().regex(/^\d{1,36}$/), z.bigint(), { decode: (text) => BigInt(text), encode: String })
        .optional(),
    }),
  ),
  'orders.place': sign(
    view.orderForm,
    z.strictObject({
      receptionNumber,
      requestId: z.string(),
      certificateIds: list(certificateId),
      remainder: shareTotal,
    }),
  ),
  'orders.cancel': sign(z.strictObject({ receptionNumber }), z.strictObject({ cancelled: shareTotal })),
  /** `quantity` is that of the whole order, what has traded included. */
  'orders.replace': sign(
    z.strictObject({ receptionNumber, price: orderPrice, quantity: shareCount }),
    z.strictObject({ remaining: shareTotal }),
  ),
  /** Asks the exchange. */
  'orders.status': ask(z.strictObject({ receptionNumber }), orderStatus),
  /** As far as the wallet knows, the newest first. */
  'orders.list': ask(nothing, list(view.orderView)),
  'orders.completions': ask(nothing, list(view.completionView)),
  /** TR9: the seller's own demand for the money of a match. */
  'orders.claim': sign(z.strictObject({ matchNumber }), z.strictObject({ matchNumber, settledAt: instant })),

  // Hand-over
  /** Makes a certificate, or part of it, over to one person: a contact, or the text of an identity file. Gives the file to hand over. */
  'transfers.endorse': sign(
    z.strictObject({
      certificateId,
      /** All of it if absent. */
      quantity: shareCount.optional(),
      transferee: z.union([z.strictObject({ userId }), z.strictObject({ text: fileText })]),
      cause: transferCause,
      validUntil: instant,
    }),
    savedFile,
  ),
  /** The file of an endorsement that is not accepted yet, once more. */
  'transfers.file': ask(z.strictObject({ certificateId }), savedFile),
  /** TF2: who endorsed what to whom, and every check. `text` of an endorsement file (`bad_file`). */
  'transfers.inspect': ask(z.strictObject({ text: fileText }), view.endorsementReport),
  /** TF3: has the transfer registered and collects the certificate. */
  'transfers.accept': sign(z.strictObject({ text: fileText }), certificates),
  /** What was made over and what became of it, the newest first; of each certificate the last time. */
  'transfers.given': ask(nothing, list(view.givenView)),
  /** TF5: makes the endorsed ID worthless and collects the certificate under a new one. */
  'transfers.withdraw': sign(z.strictObject({ certificateId }), certificates),

  // Reissue
  'reissue.lost': sign(z.strictObject({ certificateIds }), certificates),
  /** Quantities add up to the certificate's (`quantities_differ`). */
  'reissue.split': sign(z.strictObject({ certificateId, quantities: list(shareCount) }), certificates),
  'reissue.consolidate': sign(z.strictObject({ certificateIds }), certificates),
  'reissue.renew': sign(z.strictObject({ certificateId }), certificates),
  /** RE1: every live certificate in this name, from every issuer; everything else is marked with its true state. */
  restore: { input: nothing, output: view.restoreReport, confirms: false, progress: true },

  // Truth and evidence
  /** Asks again what is unanswered, follows events, checks and collects certificates, asks for the orders. */
  sync: { input: nothing, output: view.syncReport, confirms: false, progress: true },
  /** Ends what `sync` and `restore` are at with `stopped`. What was asked already is answered all the same. */
  'sync.stop': ask(nothing, nothing),
  /** Every request that changed something, the newest first. */
  'history.list': ask(nothing, list(view.historyEntry)),
  /** `request_unknown`. */
  'history.evidence': ask(z.strictObject({ requestId: z.string().min(1).max(80) }), view.evidence),

  // Files and links that the person opened
  /** What a text is, before it is acted upon; it never acts by itself. The beginning is enough of a backup. `bad_file` for anything else. */
  'files.identify': ask(
    z.strictObject({ text: fileText }),
    z.strictObject({
      kind: z.enum(['market', 'certificate', 'endorsement', 'identity', 'backup']),
      /** Whose identity file it says that it is. */
      person: view.contact.pick({ userId: true, name: true, market: true, notAfter: true }).optional(),
    }),
  ),
  /** Links and files that were opened with the wallet since this was last asked; see the event `arrived`. */
  'files.arrived': ask(nothing, list(z.string())),

  // What the host keeps
  'contacts.list': ask(nothing, list(view.contact)),
  /** From the text of an identity file; one that is known already is replaced. `bad_file`. */
  'contacts.add': ask(z.strictObject({ text: fileText, ...view.remarks }), view.contact),
  /** Sets label and note; an absent one is removed. `contact_unknown`. */
  'contacts.remark': ask(z.strictObject({ userId, ...view.remarks }), view.contact),
  'contacts.remove': ask(z.strictObject({ userId }), nothing),
  'settings.get': ask(nothing, view.settings),
  /** Only the members that are named change. */
  'settings.set': ask(view.settings.partial(), view.settings),

  ...nodeOperations,

  // The program
  about: ask(nothing, view.about),
  /** Looks for a newer version; the host itself asks before it loads or installs one. */
  'updates.check': ask(nothing, nothing),
} as const satisfies Readonly<Record<string, Operation>>

/** What the host tells by itself. */
export const events = {
  /** Something that operations answer with is different now; ask anew what is shown. Bursts are joined into one. `certificates`: the list. */
  changed: z.strictObject({
    topics: list(z.enum(['wallet', 'certificates', 'contacts', 'remarks', 'settings', 'lock', 'about', 'node'])),
  }),
  /** The connections to the market's servers, those that were used so far. */
  connection: z.strictObject({ connections: list(view.connection) }),
  /** What is new of a class that this screen watches. */
  market: marketUpdate,
  'confirmation-needed': view.pendingConfirmation,
  'confirmation-closed': z.strictObject({ id: z.string(), outcome: z.enum(['approved', 'declined', 'expired']) }),
  /** A link or file was opened with the wallet: fetch it with `files.arrived`, and pre-fill, never act. */
  arrived: nothing,
  /** Chosen in the menu of the host. */
  navigate: z.strictObject({ screen: z.string().max(40) }),
} as const satisfies Readonly<Record<string, z.ZodType>>

export type OperationName = keyof typeof operations
export type OperationInput<Name extends OperationName> = z.output<(typeof operations)[Name]['input']>
export type OperationOutput<Name extends OperationName> = z.output<(typeof operations)[Name]['output']>
export type EventName = keyof typeof events
export type EventBody<Name extends EventName> = z.output<(typeof events)[Name]>
export type Progress = z.output<typeof progress>
