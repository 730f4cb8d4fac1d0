import {
  AUTHENTICATION_TIMEOUT_MS,
  HEADERS_TIMEOUT_MS,
  MAX_IN_FLIGHT,
  MAX_PEER_IN_FLIGHT,
  MAX_UNREAD_BYTES,
  MESSAGE_BURST,
  MESSAGES_PER_SECOND,
  PING_INTERVAL_MS,
  REQUEST_TIMEOUT_MS,
} from '../../shared/protocol/limits.ts'

/** 4,096 half-received messages of 64 KiB are 256 MiB. */
const MAX_CONNECTIONS = 4_096
/** A company behind one address, or an investor with every address of one IPv6 network. */
const MAX_CONNECTIONS_PER_ADDRESS = 256
/** Our own clients send 8 headers, a browser some 20. */
export const MAX_HEADERS = 64
export const MAX_HEADER_BYTES = 8 * 1024
/** How long a stop waits for the answers under way; a supervisor kills after 10 s or more. */
const DRAIN_TIMEOUT_MS = 5_000
/** How long we wait for the other side's half of the closing handshake. */
const CLOSE_TIMEOUT_MS = 2_000

/** Every limit of a listener that an installation or a test may set differently. */
export const TRANSPORT_LIMITS = {
  maxConnections: MAX_CONNECTIONS,
  maxConnectionsPerAddress: MAX_CONNECTIONS_PER_ADDRESS,
  headersTimeoutMs: HEADERS_TIMEOUT_MS,
  requestTimeoutMs: REQUEST_TIMEOUT_MS,
  authenticationTimeoutMs: AUTHENTICATION_TIMEOUT_MS,
  messagesPerSecond: MESSAGES_PER_SECOND,
  messageBurst: MESSAGE_BURST,
  maxInFlight: MAX_IN_FLIGHT,
  maxPeerInFlight: MAX_PEER_IN_FLIGHT,
  pingIntervalMs: PING_INTERVAL_MS,
  maxUnreadBytes: MAX_UNREAD_BYTES,
  drainTimeoutMs: DRAIN_TIMEOUT_MS,
  closeTimeoutMs: CLOSE_TIMEOUT_MS,
}

export type TransportLimits = Readonly<typeof TRANSPORT_LIMITS>
