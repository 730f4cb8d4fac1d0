import type { DocumentKind, DocumentOf } from '../../shared/documents/document.ts'
import type { MemberRole } from '../../shared/documents/market-descriptor.ts'
import type { Ids, Millis } from '../../shared/kernel/ports.ts'
import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { CertificatePolicy } from '../../shared/pki/profile.ts'
import type { OperationName, ReplyBody, RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import type { Tables } from './tables.ts'
import type { ReadView, View } from './view.ts'

/** Who signed a request, as its validated certificate says. An applicant has neither user ID nor policy. */
export interface Sender {
  /** User ID, or `applicant:<key thumbprint>`. */
  readonly name: string
  readonly role: MemberRole | 'applicant'
  readonly displayName: string
  readonly policy: CertificatePolicy | undefined
  /** DER in base64, to be attached where the request travels on as evidence. */
  readonly certificate: string
}

/** A signed request after everything that needs no state was checked. */
export interface Command<Body, Evidence = undefined> {
  readonly id: string
  readonly sender: Sender
  readonly body: Body
  /** Compact form and its hash, as evidence and for receipts (SIG2). */
  readonly jws: string
  readonly hash: string
  /** When the commit queue took it: the one time that counts. */
  readonly at: Millis
  /** What was found out before the queue, where signatures inside the request were verified. Stands in the journal. */
  readonly evidence: Evidence
}

/** A peer's answer to a message of ours, verified. */
export interface PeerReply<Body> {
  /** ID of the message that is answered. */
  readonly id: string
  readonly peer: string
  readonly context: Readonly<Record<string, string>>
  readonly result: Result<Body, Refusal>
  readonly at: Millis
}

/** Signs a document at commit, inside the transaction, with the role's key. */
export type Seal = <Kind extends DocumentKind>(kind: Kind, body: DocumentOf<Kind>) => string

/** A value, or how to make it once documents can be signed. */
export type Sealed<Body> = Body | ((seal: Seal) => Body)

/** To one member by user ID, to the settlement server, or to whoever keeps the register of a security. */
export type PeerAddress =
  | { readonly userId: string }
  | { readonly role: 'settlement' }
  | { readonly role: 'issuer'; readonly security: string }

export type Message = {
  [Name in OperationName]: {
    readonly to: PeerAddress
    readonly operation: Name
    readonly body: Sealed<RequestBody<Name>>
    /** Request ID; drawn when absent. */
    readonly id?: string
    /** Comes back with the reply. */
    readonly context: Readonly<Record<string, string>>
  }
}[OperationName]

export interface Event {
  /** `market:HOSHI:common` for everybody, `user:<user ID>` for that member. */
  readonly topic: string
  readonly kind: string
  /** Wire form: what `writeMembers` of the event's schema gives. */
  readonly body: Sealed<unknown>
}

/** The answer to an earlier request that was told to wait. */
export interface LateAnswer {
  readonly sender: string
  readonly requestId: string
  readonly result: Result<Sealed<unknown>, Refusal>
}

/** What follows from a command besides the rows that it changed through the view. */
export interface Decision<Reply> {
  /** `later`: the request stays open until a decision answers it in `answers`. */
  readonly reply: Sealed<Reply> | 'later'
  readonly answers?: readonly LateAnswer[]
  readonly messages?: readonly Message[]
  readonly events?: readonly Event[]
}

/** What a command's decision may use beside its arguments. All of it is recorded or rebuilt, so that the journal replays to the same state. */
export interface Surroundings<Settings, Memory> {
  readonly ids: Ids
  readonly settings: Settings
  /** State kept in memory only and rebuilt from the tables at start, like an order book. */
  readonly memory: Memory
}

/** Decides one operation. Deterministic: no clock, no randomness, no I/O. A refusal undoes what it changed in the view. */
export interface CommandHandler<T extends Tables, Settings, Memory, Name extends OperationName, Evidence = undefined> {
  /** Verifies what is signed inside the request, before the queue and off the main thread. Its result is decided upon, so a refusal is stored too. */
  readonly prepare?: (body: RequestBody<Name>, request: Prepared) => Promise<Evidence>
  readonly decide: (
    view: View<T>,
    command: Command<RequestBody<Name>, Evidence>,
    surroundings: Surroundings<Settings, Memory>,
  ) => Result<Decision<ReplyBody<Name>>, Refusal>
}

/** What `prepare` may use: the request and the market's trust. */
export interface Prepared {
  readonly sender: Sender
  readonly jws: string
  readonly id: string
  readonly at: Millis
}

export interface ReplyHandler<T extends Tables, Settings, Memory, Name extends OperationName> {
  readonly decide: (
    view: View<T>,
    reply: PeerReply<ReplyBody<Name>>,
    surroundings: Surroundings<Settings, Memory>,
  ) => Omit<Decision<never>, 'reply'>
}

/** Answers an inquiry from committed state. Documents in the answer are signed on the way out. */
export interface InquiryHandler<T extends Tables, Settings, Memory, Name extends OperationName, Evidence = undefined> {
  readonly prepare?: (body: RequestBody<Name>, request: Prepared) => Promise<Evidence>
  readonly answer: (
    view: ReadView<T>,
    inquiry: Command<RequestBody<Name>, Evidence>,
    surroundings: Omit<Surroundings<Settings, Memory>, 'ids'>,
  ) => Result<Sealed<ReplyBody<Name>>, Refusal>
}
