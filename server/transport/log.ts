/** What the transport needs of a logger; pino is one. Fields never hold message texts, keys or account numbers. */
export interface TransportLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}
