import type { Refusal, Result } from '../../shared/kernel/result.ts'
import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'

export interface Accepted {
  readonly name: string
  readonly isServer: boolean
  /** Signed `kabuken.ready`, to be sent to the client. */
  readonly ready: string
  /** Handles one message of this session and answers it, always: a signed reply or a signed refusal. Call it in order of arrival. */
  readonly receive: (jws: string) => Promise<string>
}

/** The connection as a role sees it. */
export interface Caller {
  /** Sends a message that nobody asked for, an event; nothing after the connection is gone. */
  readonly send: (jws: string) => void
  /** Called once when the connection is gone, at once if it is gone already. */
  readonly onClose: (listener: () => void) => void
}

/** What a role offers to the transport: everything about sockets is on the other side of this border. */
export interface Endpoint {
  readonly role: ServerRole
  /** Signed `kabuken.welcome` with a nonce that was never used before. */
  readonly welcome: () => Promise<{ readonly nonce: string; readonly jws: string }>
  /** Checks the client's `kabuken.session` message against the nonce of this connection. Called once a connection. */
  readonly authenticate: (jws: string, nonce: string, caller: Caller) => Promise<Result<Accepted, Refusal>>
}
