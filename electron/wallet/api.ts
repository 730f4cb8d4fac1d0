import type { EndorsementFile, CertificateFile, IdentityFile } from '../../shared/documents/endorsement.ts'
import type { ClassRef, ShareClass } from '../../shared/documents/fields.ts'
import type { MarketMember } from '../../shared/documents/market-descriptor.ts'
import type { Offering, ShareClassTerms } from '../../shared/documents/offering.ts'
import type { Order, OrderStatus } from '../../shared/documents/order.ts'
import type { ReissueGround } from '../../shared/documents/reissue.ts'
import type { AccountStatement } from '../../shared/documents/settlement.ts'
import type { ShareCertificate } from '../../shared/documents/share-certificate.ts'
import type { TransferCause } from '../../shared/documents/transfer.ts'
import type { Bytes } from '../../shared/kernel/bytes.ts'
import type { Clock, Ids, Millis, Random } from '../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { OperationName, ReplyBody } from '../../shared/protocol/catalogue/catalogue.ts'
import type { LinkState, OpenSocket, Schedule } from '../../shared/protocol/link.ts'
import type { BackupContent } from './backup/backup-file.ts'
import type { Keychain } from './keychain/keychain.ts'
import type { MarketLink } from '../../shared/market/market-link.ts'

/** One HTTP GET; `globalThis.fetch` is one. */
export type Fetch = (
  url: string,
  options: { readonly signal: AbortSignal; readonly redirect: 'error' },
) => Promise<{ readonly status: number; readonly body: ReadableStream<Bytes> | null }>

/** What the wallet needs from the machine and the person; only a composition root constructs them. */
export interface WalletPorts {
  readonly keychain: Keychain
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly fetch: Fetch
  /** For an address like `wss://issuer.example/issuer`. */
  readonly openSocket: (url: string) => OpenSocket
  readonly schedule: Schedule
  /** Shows a person what is about to be signed, read from the very bytes; false: it is not signed (`not_confirmed`). */
  readonly confirm: (summary: Confirmable) => Promise<boolean>
}

export interface WalletOptions extends WalletPorts {
  /** Made if need be. One process at a time has it open. */
  readonly folder: string
  /** How long a call waits for a reply before it says `under_way`; 20 s if absent. */
  readonly patienceMs?: Millis
  /** Something that a server sent was not believed, for the log: it has no consequence besides. */
  readonly onFault?: (fault: Refusal) => void
}

/**
 * Refusals of the wallet itself. A server's refusal comes with the server's code (docs/PROTOCOL.md). Show your own words for a
 * code; `message` is for developers and may be a stranger's text.
 */
export type WalletCode =
  /** The request is stored and goes on being sent; `details.requestId` names it. Not a failure: see {@link Wallet.underWay}. */
  | 'under_way'
  /** The person said no; nothing was signed. */
  | 'not_confirmed'
  | 'bad_input'
  | 'bad_link'
  | 'not_joined'
  | 'already_joined'
  /** The address does not answer, or not with what was asked; nothing was changed. */
  | 'unreachable'
  | 'no_key'
  | 'key_exists'
  /** Not the file of a backup, or not all of it, or altered. */
  | 'bad_backup'
  /** Made by a newer version of this program. */
  | 'backup_newer'
  | 'not_enrolled'
  | 'already_enrolled'
  | 'no_application'
  /** The authority certified another key or role than ours. */
  | 'wrong_certificate'
  | 'requests_under_way'
  | 'no_account'
  | 'account_exists'
  /** The settlement server says that it opened another account than the one that was asked for. */
  | 'account_differs'
  | 'address_required'
  /** The market has no such server, or it does not serve this security. */
  | 'no_server'
  | 'offering_unknown'
  /** The hash that the issuer publishes is not that of the terms it shows. */
  | 'terms_differ'
  | 'nothing_to_collect'
  /** The issuer's signed answer is not what was asked for (IS4). */
  | 'certificate_not_as_requested'
  | 'certificate_unknown'
  /** Not live: pending, stopped, retired or lost; `details.state` says which. */
  | 'certificate_not_live'
  | 'certificate_file_missing'
  | 'not_enough_shares'
  | 'too_many_certificates'
  | 'quantities_differ'
  | 'bad_file'
  | 'not_for_me'
  | 'not_endorsed'
  | 'endorsement_expired'
  | 'wrong_transferee'
  /** TR1: the receipt is for another order than the one that was sent. */
  | 'receipt_differs'
  | 'no_completion_notice'
  /** Something was changed or made worthless meanwhile. */
  | 'already_answered'
  /** {@link Wallet.sync} or {@link Wallet.restore} was told to stop. */
  | 'stopped'
  /** What a server or a file brought is not by whom it should be. */
  | 'wrong_role'
  | 'wrong_sender'
  | 'unknown_signer'
  | 'descriptor_rollback'
  /** SIG6: no fresh revocation lists can be had, so no shares and no money move. */
  | 'revocation_unknown'

export type Outcome<T> = Promise<Result<T, Refusal>>

// ---------------------------------------------------------------------------------------------------------------- market

export interface MarketView {
  readonly marketName: string
  readonly demonstration: boolean
  readonly currency: string
  /** WebSocket address of the authority. */
  readonly authorityUrl: string
  /** SHA-256 of the root certificate, base64url: what people compare. */
  readonly rootThumbprint: string
  /** The thumbprint in groups for reading aloud. */
  readonly fingerprint: string
  readonly members: readonly MarketMember[]
  /** `revocation_unknown` when no fresh revocation lists are at hand: no shares and no money move then (SIG6). */
  readonly stale: Refusal | undefined
}

// -------------------------------------------------------------------------------------------------------------- identity

export interface IdentityView {
  readonly userId: string
  readonly name: string
  readonly postalAddress: string | undefined
  readonly notAfter: Millis
  /** Who certified it, by name. */
  readonly issuer: string
  /** Of the certificate, in groups for reading aloud. */
  readonly fingerprint: string
  /** Leaf first, DER in base64. */
  readonly chain: readonly string[]
}

export type EnrolmentView =
  | { readonly state: 'none' }
  | { readonly state: 'pending'; readonly applicationNumber: string; readonly since: Millis }
  | { readonly state: 'refused'; readonly applicationNumber: string; readonly reason: string | undefined }
  | { readonly state: 'approved'; readonly identity: IdentityView }

export interface AccountView {
  readonly currency: string
  /** The last four digits. */
  readonly accountEnding: string
  readonly state: 'opening' | 'open'
}

// ---------------------------------------------------------------------------------------------------------- certificates

/** The one state word of a certificate, the same everywhere. */
export type CertificateWord = 'live' | 'pending' | 'stopped' | 'retired' | 'lost'

/** Why a certificate is pending. */
export type PendingCause =
  | { readonly kind: 'offered'; readonly receptionNumber: string }
  | {
      readonly kind: 'endorsed'
      readonly transfereeUserId: string
      readonly transfereeName: string
      readonly quantity: bigint
      readonly validUntil: Millis
    }
  | { readonly kind: 'request'; readonly requestId: string; readonly operation: OperationName }
  /** From a backup; whether it is still live, only the issuer knows. */
  | { readonly kind: 'unchecked' }

export interface HeldCertificate {
  readonly certificateId: string
  readonly certificateNumber: string
  readonly companyName: string
  readonly security: string
  readonly shareClass: ShareClass
  readonly quantity: bigint
  readonly holderName: string
  readonly issuedAt: Millis
  readonly validUntil: Millis | undefined
  readonly transferRestriction: ShareCertificate['transferRestriction']
  readonly state: CertificateWord
  readonly pending: PendingCause | undefined
  /** When and by which transfer or reissue number the ID was retired, if known. */
  readonly retiredAt: Millis | undefined
  readonly retiredBy: string | undefined
  /** When the issuer last said so. */
  readonly checkedAt: Millis
}

export interface ToCollect {
  /** Transfer, allotment or reissue number. */
  readonly number: string
  readonly security: string
  readonly shareClass: ShareClass
  readonly quantity: bigint
}

export type CheckName =
  /** One accepted byte form, of the right kind, with all members. */
  | 'form'
  /** Endorsements: signed by the transferor named in it, whose chain ends in the market's root. */
  | 'transferor'
  /** Endorsements: the endorsed certificate is the transferor's, and no more shares are endorsed than it has. */
  | 'endorsement'
  /** Endorsements: made over to this wallet, and still valid. */
  | 'transferee'
  | 'endorsement_validity'
  /** Signed by an issuer of this market. */
  | 'issuer'
  /** The issuer's certificate leads to the root that was compared. */
  | 'chain'
  /** The issuer's certificate is not revoked, and the lists are fresh. */
  | 'revocation'
  | 'signature'
  /** This issuer may issue this security. */
  | 'issuer_may_issue'
  /** The certificate has not reached its end of validity. */
  | 'validity'
  /** The issuer says, asked now, that the certificate ID is live. */
  | 'register'

export interface Check {
  readonly check: CheckName
  readonly outcome: 'passed' | 'failed' | 'not_checked'
  /** Why it failed or was not checked. */
  readonly code?: string
  /** Facts for a reader, such as a date or the number by which an ID was retired. */
  readonly details?: Readonly<Record<string, string>>
}

export interface VerificationReport {
  /** `undecided`: nothing failed, but something could not be checked. */
  readonly verdict: 'valid' | 'invalid' | 'undecided'
  readonly checks: readonly Check[]
  /** What the document says, whether it is valid or not; undefined if it cannot be read. */
  readonly certificate: ShareCertificate | undefined
  /** SHA-256 over the signed certificate, as a person compares it: another file, another fingerprint. */
  readonly fingerprint?: string
}

export interface EndorsementReport extends VerificationReport {
  readonly endorsement:
    | {
        readonly certificateId: string
        readonly quantity: bigint
        readonly transferorUserId: string
        /** As the transferor's verified certificate says. */
        readonly transferorName: string | undefined
        readonly transfereeUserId: string
        readonly cause: TransferCause
        readonly issuedAt: Millis
        readonly validUntil: Millis
      }
    | undefined
}

// ----------------------------------------------------------------------------------------------------------------- trade

export type OrderPrice = Order['price']
export type TimeInForce = Order['timeInForce']

export interface OrderForm {
  readonly side: 'buy' | 'sell'
  readonly security: string
  readonly shareClass: ShareClass
  /** Minor units a share. */
  readonly price: OrderPrice
  readonly quantity: bigint
  readonly timeInForce: TimeInForce
  /** For a sale; chosen by the wallet if absent: the fewest that cover the quantity. */
  readonly certificateIds?: readonly string[]
}

export interface PlacedOrder {
  readonly receptionNumber: string
  readonly requestId: string
  /** Sale: what is attached. The remainder stays with the seller under a new certificate ID once all of it is sold. */
  readonly certificateIds: readonly string[]
  readonly remainder: bigint
}

/** An order as far as the wallet knows it; `status` is the exchange's last word, undefined until it gave one. */
export interface OrderView {
  readonly receptionNumber: string
  readonly certificateIds: readonly string[]
  readonly status: OrderStatus | undefined
}

export type Listing = ReplyBody<'exchange.listings'>['listings'][number]
export type Book = ReplyBody<'exchange.book'>
export type Trades = ReplyBody<'exchange.trades'>

/** A class that is watched: everything known of it at first, then what has changed, at most five times a second. */
export interface MarketUpdate {
  readonly security: string
  readonly shareClass: ShareClass
  /** Until when everything was heard of it, while the exchange is not heard. */
  readonly staleSince: Millis | undefined
  /** The whole picture, the best 50 levels of each side. */
  readonly book: Book | undefined
  /** Another state, reference price or limits. */
  readonly listing?: Listing
  /** Those that came, the newest first. */
  readonly trades: Trades['trades']
  /** Events were missed: what was traded has to be asked for anew. */
  readonly missed: boolean
  /** Why there is no picture; it is tried again by itself. */
  readonly refusal: Refusal | undefined
}

// --------------------------------------------------------------------------------------------------------------- signing

interface RequestSummary {
  /** The server that is asked. */
  readonly to: string
  readonly toName: string | undefined
  readonly requestId: string
  readonly at: Millis
}

/** A certificate inside what is signed, read from its own bytes. */
export interface NamedCertificate {
  readonly certificateId: string
  readonly companyName: string
  readonly security: string
  readonly shareClass: ShareClass
  readonly quantity: bigint
}

/**
 * What a signature is about to say, read back from the bytes to be signed. Account numbers are encrypted to the settlement server
 * in them and therefore not shown. A person is asked for all kinds but `inquiry` and `collection`, which give nothing away.
 */
export type SigningSummary =
  | ({ readonly kind: 'enrolment'; readonly name: string; readonly postalAddress: string | undefined } & RequestSummary)
  | ({ readonly kind: 'renewal' } & RequestSummary)
  | ({ readonly kind: 'account_opening'; readonly name: string; readonly currency: string } & RequestSummary)
  | ({
      readonly kind: 'subscription'
      readonly security: string
      readonly shareClass: ShareClass
      readonly quantity: bigint
      readonly offeringNumber: string
      readonly termsHash: string
      readonly holderName: string
    } & RequestSummary)
  | ({
      readonly kind: 'collection'
      readonly security: string
      readonly shareClass: ShareClass
      readonly quantity: bigint
      readonly number: string
    } & RequestSummary)
  | ({
      readonly kind: 'order'
      readonly side: 'buy' | 'sell'
      readonly security: string
      readonly shareClass: ShareClass
      readonly price: OrderPrice
      readonly currency: string
      readonly quantity: bigint
      readonly timeInForce: TimeInForce
      readonly certificates: readonly NamedCertificate[]
      /** Buy: what it costs at most, if it has a limit; sale: what it brings at least. */
      readonly limitAmountMinor: bigint | undefined
    } & RequestSummary)
  | ({ readonly kind: 'cancellation'; readonly receptionNumber: string } & RequestSummary)
  | ({
      readonly kind: 'replacement'
      readonly receptionNumber: string
      readonly price: OrderPrice
      readonly quantity: bigint
    } & RequestSummary)
  | ({
      readonly kind: 'transfer'
      readonly certificate: NamedCertificate
      readonly quantity: bigint
      readonly transferorUserId: string
      /** As the authority certified it; known where the person's file was verified. */
      readonly transferorName: string | undefined
      readonly cause: TransferCause
    } & RequestSummary)
  | ({
      readonly kind: 'reissue'
      readonly ground: ReissueGround['kind']
      readonly certificateIds: readonly string[]
      readonly certificates: readonly NamedCertificate[]
      /** Split: into these. */
      readonly quantities: readonly bigint[]
    } & RequestSummary)
  | ({
      readonly kind: 'claim'
      readonly matchNumber: string
      readonly amountMinor: bigint
      readonly currency: string
    } & RequestSummary)
  | ({ readonly kind: 'inquiry'; readonly operation: OperationName } & RequestSummary)
  | {
      readonly kind: 'endorsement'
      readonly certificate: NamedCertificate
      readonly quantity: bigint
      readonly transfereeUserId: string
      readonly transfereeName: string | undefined
      readonly cause: TransferCause
      readonly at: Millis
      readonly validUntil: Millis
    }

/** A copy of everything, the key included, under a passphrase: what a person has to agree to like to a signature. */
export interface BackupSummary {
  readonly kind: 'backup'
  /** In whose name, if the wallet has an identity. */
  readonly name: string | undefined
  readonly certificates: number
  readonly at: Millis
}

/** What a person is asked about before it is done. */
export type Confirmable = SigningSummary | BackupSummary

// --------------------------------------------------------------------------------------------------------------- history

export type RequestState = 'under_way' | 'answered' | 'refused'

/** One signed act of the wallet and what became of it. */
export interface HistoryEntry {
  readonly requestId: string
  readonly operation: OperationName
  readonly at: Millis
  readonly state: RequestState
  readonly answeredAt: Millis | undefined
  /** Why it was refused, or what is wrong with the reply. */
  readonly code: string | undefined
  /** What was signed. */
  readonly summary: SigningSummary
  readonly certificateIds: readonly string[]
}

/** The signed request and reply, word for word: evidence for others. */
export interface Evidence extends HistoryEntry {
  readonly request: string
  readonly reply: string | undefined
  /** What request and reply prove together. */
  readonly proves: string
}

/** A signed completion notice (Fig. 18) that this wallet received. */
export interface CompletionView {
  readonly matchNumber: string
  readonly side: 'buy' | 'sell'
  readonly security: string
  readonly shareClass: ShareClass
  readonly quantity: bigint
  readonly priceMinor: bigint
  readonly amountMinor: bigint
  readonly currency: string
  readonly at: Millis
  readonly receptionNumber: string
  readonly transferNumber: string
  /** The document itself, in compact form. */
  readonly notice: string
}

/** A certificate, or part of it, that was made over: to whom, and what became of it. */
export interface GivenView {
  readonly certificateId: string
  readonly security: string
  readonly shareClass: ShareClass
  readonly companyName: string
  readonly quantity: bigint
  readonly transfereeUserId: string
  readonly transfereeName: string
  readonly cause: TransferCause
  readonly at: Millis
  readonly validUntil: Millis
  readonly state: 'waiting' | 'accepted' | 'withdrawn' | 'expired'
  /** When and by which transfer or reissue number, where it was accepted or withdrawn. */
  readonly endedAt: Millis | undefined
  readonly endedBy: string | undefined
  /** The document itself, in compact form. */
  readonly endorsement: string
}

/** One thing in the life of a certificate. */
export type LifeEvent = { readonly at: Millis } & (
  | { readonly kind: 'issued'; readonly holderName: string }
  | { readonly kind: 'request'; readonly entry: HistoryEntry }
  | { readonly kind: 'match'; readonly completion: CompletionView }
  | {
      readonly kind: 'endorsed'
      readonly transfereeName: string
      readonly quantity: bigint
      readonly validUntil: Millis
    }
  | { readonly kind: 'retired'; readonly state: 'retired' | 'lost'; readonly by: string | undefined }
)

export type SyncStep = 'market' | 'requests' | 'events' | 'holdings' | 'collect' | 'orders'

export interface SyncProgress {
  readonly step: SyncStep
  readonly done: number
  readonly total: number
}

export interface SyncReport {
  readonly syncedAt: Millis
  /** Requests that are still without an answer. */
  readonly underWay: number
  readonly collected: readonly string[]
  /** What could not be done, by step; the rest was done nevertheless. */
  readonly faults: readonly { readonly step: SyncStep; readonly refusal: Refusal }[]
}

export interface RestoreReport {
  /** Fetched and verified anew, by certificate ID. */
  readonly fetched: readonly string[]
  readonly live: number
  readonly faults: readonly Refusal[]
}

export interface MadeBackup {
  readonly text: string
  readonly madeAt: Millis
  /** Certificate IDs. */
  readonly holds: readonly string[]
}

/**
 * The investor's side of the market. Every method that asks a server resolves to a value or a Refusal and throws only for the
 * environment (StoreError, KeychainError) or for a bug. Requests that change something are stored before they are sent; without
 * a reply in time they resolve to `under_way` and go on in the background, or at the next {@link sync}.
 */
export interface Wallet {
  /** The store found damage when it was opened: call {@link restore}. */
  readonly recovered: boolean
  readonly lastSyncedAt: () => Millis | undefined
  /** By user ID of the server, those that were used so far. */
  readonly connections: () => ReadonlyMap<string, LinkState>
  /** Called after each change of anything below. Returns the function that ends it. */
  readonly onChange: (listener: () => void) => () => void
  /** Ends all connections and releases the folder. What is under way stays stored. */
  readonly close: () => Promise<void>

  // Market
  /** Fetches the market's description and revocation lists and checks them against the root's thumbprint. */
  readonly join: (link: MarketLink | string) => Outcome<MarketView>
  readonly market: () => MarketView | undefined
  /** Fetches description and lists anew; refuses older ones. */
  readonly refreshMarket: () => Outcome<MarketView>

  // Identity
  /** Makes the private key in the keychain. Never a second one (`key_exists`). */
  readonly createKey: () => Outcome<{ readonly thumbprint: string }>
  /** The wallet names a key, wherever that is kept. */
  readonly hasKey: () => boolean
  readonly enrol: (form: {
    readonly name: string
    readonly postalAddress?: string
    readonly invitation?: string
  }) => Outcome<EnrolmentView>
  /** Asks the authority if the application is pending. */
  readonly enrolment: () => Outcome<EnrolmentView>
  readonly identity: () => IdentityView | undefined
  /** Why others do not believe what is signed here any more (`cert_revoked`, `cert_expired`); undefined if they do. */
  readonly standing: () => Promise<Refusal | undefined>
  /** Requests for certificates need an address. */
  readonly setPostalAddress: (postalAddress: string) => Outcome<void>
  /** CA4: a new certificate for the same key. Refused while requests are under way, which bear the present one. */
  readonly renew: () => Outcome<IdentityView>
  /** For others to endorse certificates to. No secret in it. */
  readonly identityFile: () => Result<IdentityFile, Refusal>

  // Money
  readonly openAccount: (form: { readonly currency: string }) => Outcome<AccountView>
  readonly accounts: () => readonly AccountView[]
  /** [0011]: balance, holds and all entries of the period. */
  readonly cash: (period?: {
    readonly currency?: string
    readonly from?: Millis
    readonly until?: Millis
  }) => Outcome<AccountStatement>

  // Issue
  readonly offerings: () => Outcome<{
    readonly offerings: readonly Offering[]
    readonly classes: readonly ShareClassTerms[]
  }>
  /** `terms` are the terms that were shown; absent: those that the issuer publishes now. */
  readonly subscribe: (form: {
    readonly offeringNumber: string
    readonly quantity: bigint
    readonly terms?: string
  }) => Outcome<readonly HeldCertificate[]>
  readonly toCollect: () => readonly ToCollect[]
  /** With a transfer, allotment or reissue number. */
  readonly collect: (number: string) => Outcome<readonly HeldCertificate[]>
  /** Everything that lies ready; what could not be collected stays in {@link toCollect}. */
  readonly collectAll: () => Outcome<readonly HeldCertificate[]>

  // Certificates
  /** All ever held, the newest first; the very same list until it changes. */
  readonly certificates: () => readonly HeldCertificate[]
  readonly certificate: (certificateId: string) => HeldCertificate | undefined
  readonly verifyCertificate: (certificate: string | CertificateFile) => Outcome<VerificationReport>
  readonly exportCertificate: (certificateId: string) => Outcome<CertificateFile>

  // Trade
  readonly listings: () => Outcome<readonly Listing[]>
  readonly book: (form: {
    readonly security: string
    readonly shareClass: ShareClass
    readonly levels?: number
  }) => Outcome<Book>
  /** Until the returned function is called; nothing of it is heard twice, and over a break nothing is missed unnoticed (TR12). */
  readonly watch: (ref: ClassRef, listener: (update: MarketUpdate) => void) => Result<() => void, Refusal>
  /** A page of what was traded, the newest first. */
  readonly trades: (form: {
    readonly security: string
    readonly shareClass: ShareClass
    readonly before?: bigint
  }) => Outcome<Trades>
  readonly placeOrder: (form: OrderForm) => Outcome<PlacedOrder>
  readonly cancelOrder: (receptionNumber: string) => Outcome<{ readonly cancelled: bigint }>
  readonly replaceOrder: (form: {
    readonly receptionNumber: string
    readonly price: OrderPrice
    readonly quantity: bigint
  }) => Outcome<{ readonly remaining: bigint }>
  /** Asks the exchange. */
  readonly orderStatus: (receptionNumber: string) => Outcome<OrderStatus>
  /** As far as the wallet knows, the newest first. */
  readonly orders: () => readonly OrderView[]
  readonly completions: () => readonly CompletionView[]
  /** TR9: the seller's own demand for the money of a match. */
  readonly claim: (matchNumber: string) => Outcome<{ readonly matchNumber: string; readonly settledAt: Millis }>

  // Hand-over
  /** Signs a certificate over to one person; the shares stay ours until that person has them registered. */
  readonly endorse: (form: {
    readonly certificateId: string
    /** All of it if absent. */
    readonly quantity?: bigint
    readonly transferee: IdentityFile
    readonly cause: TransferCause
    readonly validUntil: Millis
  }) => Outcome<EndorsementFile>
  /** The file of an endorsement that is not accepted yet, once more. */
  readonly endorsementFile: (certificateId: string) => Result<EndorsementFile, Refusal>
  /** TF2: the transferor's signature, then the issuer's, then the register. */
  readonly inspectEndorsement: (file: EndorsementFile) => Outcome<EndorsementReport>
  /** TF3: has the transfer registered and collects the certificate. */
  readonly acceptEndorsement: (file: EndorsementFile) => Outcome<readonly HeldCertificate[]>
  /** TF5: makes the endorsed ID worthless and collects the certificate under a new one. */
  /** Everything that was made over, the newest first; of each certificate the last time. */
  readonly given: () => readonly GivenView[]
  readonly withdrawEndorsement: (certificateId: string) => Outcome<readonly HeldCertificate[]>

  // Reissue
  readonly reissueLost: (certificateIds: readonly string[]) => Outcome<readonly HeldCertificate[]>
  readonly split: (certificateId: string, quantities: readonly bigint[]) => Outcome<readonly HeldCertificate[]>
  readonly consolidate: (certificateIds: readonly string[]) => Outcome<readonly HeldCertificate[]>
  readonly renewCertificate: (certificateId: string) => Outcome<readonly HeldCertificate[]>
  /** RE1: every live certificate in this name, from every issuer; everything else is marked with its true state. */
  readonly restore: (progress?: (progress: SyncProgress) => void, signal?: AbortSignal) => Outcome<RestoreReport>

  // Backup
  /**
   * Everything, the key included, sealed under the passphrase (at least 8 characters, `bad_input`), after `confirm`. `beside`: what
   * others keep beside this store, given back as it is by {@link besideBackup}.
   */
  readonly makeBackup: (form: { readonly passphrase: string; readonly beside: unknown }) => Outcome<MadeBackup>
  /**
   * Into a wallet without a key (`key_exists`), all of it or nothing. Certificates count only after their issuer was asked: call
   * {@link sync} and {@link restore}. `bad_backup`, `backup_newer`.
   */
  readonly restoreBackup: (content: BackupContent) => Outcome<{ readonly thumbprint: string }>
  /** What the restored backup brought besides, until {@link besideTaken}. */
  readonly besideBackup: () => unknown
  readonly besideTaken: () => Promise<void>

  // Truth and evidence
  /**
   * After start or reconnection: asks again what is unanswered, goes on following events (and keeps following until {@link close}),
   * asks each issuer for the state of each certificate, collects, asks for the orders. `signal` ends it with `stopped`, without a
   * further step; what was asked is answered all the same.
   */
  readonly sync: (progress?: (progress: SyncProgress) => void, signal?: AbortSignal) => Outcome<SyncReport>
  readonly underWay: () => readonly HistoryEntry[]
  /** Every request that changed something, the newest first. */
  readonly history: () => readonly HistoryEntry[]
  readonly evidence: (requestId: string) => Evidence | undefined
  /** The oldest first; undefined for a certificate that was never held. */
  readonly life: (certificateId: string) => readonly LifeEvent[] | undefined
}
