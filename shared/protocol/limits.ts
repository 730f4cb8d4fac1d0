/** Limits of the socket protocol. Each is enforced by the receiver and named in docs/PROTOCOL.md. */

export const PROTOCOL_VERSION = 1
/** WebSocket subprotocol: the version is agreed in the upgrade, before any message. */
export const SUBPROTOCOL = 'kabuken.v1'

/** Longest message: 64 KiB. Larger things are paged. */
export const MAX_MESSAGE_BYTES = 64 * 1024
/** Frames a message may be cut into. */
export const MAX_FRAGMENTS = 64
/** Pieces of socket input held for one message: 64 KiB in 64-byte pieces. */
export const MAX_BUFFERED_CHUNKS = 1024
/** A session that has not proved who it is by then is closed with 4401. */
export const AUTHENTICATION_TIMEOUT_MS = 5_000
export const HEADERS_TIMEOUT_MS = 5_000
export const REQUEST_TIMEOUT_MS = 10_000
/** Messages of one investor's session: 50 a second on average, 100 at once. */
export const MESSAGES_PER_SECOND = 50
export const MESSAGE_BURST = 100
/** Requests of one session that may be unanswered at once. Peers pipeline deeper: they carry the requests of many investors. */
export const MAX_IN_FLIGHT = 32
export const MAX_PEER_IN_FLIGHT = 256
export const PING_INTERVAL_MS = 15_000
/** A reader who lets this much pile up is cut off. */
export const MAX_UNREAD_BYTES = 1024 * 1024
/** Clock difference and travel time allowed between the signing of an investor's request and its arrival. */
export const REQUEST_WINDOW_MS = 5 * 60_000
/** Topics that one session may follow: all classes of an exchange, and more. */
export const MAX_TOPICS = 1_000
/** Events kept for resumption, for each topic. */
export const MAX_EVENTS_KEPT = 10_000

/** WebSocket close codes of our own (4000-4999 are the application's, RFC 6455 section 7.4.2). */
export const CLOSE_UNAUTHENTICATED = 4401
export const CLOSE_RATE_LIMITED = 4429
export const CLOSE_BAD_MESSAGE = 4400
export const CLOSE_SLOW_READER = 4408
