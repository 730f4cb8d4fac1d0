/** What the wallet remembers: a small state that changes all the time, and collections of rows that are large and many. */

export type StoreErrorCode =
  /** Another process has the store open, or took it over. */
  | 'store_locked'
  /** Written by a newer program. Nothing was touched. */
  | 'store_newer_version'
  /** Neither the file nor its previous copy can be read. Nothing was touched. */
  | 'store_damaged'
  /** The files are whole, but are not what the program's validation or migration accepts. Nothing was touched. */
  | 'store_invalid'
  | 'store_unavailable'
  /** The change is not acknowledged; the state in memory is what the disk holds. */
  | 'store_write_failed'

export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Row IDs become file names: 1 to 80 letters, digits, `_` and `-`, the first a letter or digit. */
export const ROW_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/

export interface Collection<Row> {
  get(id: string): Readonly<Row> | undefined
  /** By ID. The same map until a row changes. */
  all(): ReadonlyMap<string, Readonly<Row>>
  /** Resolves when durable, as does {@link remove}. To change several things together use {@link WalletStore.update}. */
  put(id: string, row: Row): Promise<void>
  /** Nothing happens when there is no such row. */
  remove(id: string): Promise<void>
}

export interface CollectionDraft<Row> {
  get(id: string): Readonly<Row> | undefined
  put(id: string, row: Row): void
  remove(id: string): void
}

/** Everything in a store, of one moment, as JSON; `rows` by collection and ID. */
export interface Snapshot {
  readonly schemaVersion: number
  readonly state: unknown
  readonly rows: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What a snapshot holds, as this version of the program works with it. */
export interface Accepted<State, Rows> {
  readonly state: State
  readonly rows: { readonly [Name in keyof Rows]: ReadonlyMap<string, Rows[Name]> }
}

export interface LostRow {
  readonly collection: string
  readonly id: string
}

/** `Rows` maps the name of each collection to the type of its rows. State and rows are JSON values. */
export interface WalletStore<State, Rows> {
  /** True when opening found damage. The last acknowledged change may be missing; ask the issuers what is owned. */
  readonly recovered: boolean
  /** Paths of the damaged files, which are kept. */
  readonly setAside: readonly string[]
  /** Rows whose files were damaged or gone. */
  readonly lost: readonly LostRow[]
  readonly collections: { readonly [Name in keyof Rows]: Collection<Rows[Name]> }
  read(): Readonly<State>
  /**
   * Changes state and rows together: all of it is durable when this resolves, none of it counts when it rejects. `change` is
   * synchronous; what it throws rejects the update. Updates run one after another.
   */
  update(
    change: (draft: State, rows: { readonly [Name in keyof Rows]: CollectionDraft<Rows[Name]> }) => void,
  ): Promise<void>
  snapshot(): Snapshot
  /** Migrates and validates a snapshot; stores nothing. Throws `store_newer_version`, `store_invalid`. */
  accept(snapshot: Snapshot): Accepted<State, Rows>
  /** One update that leaves nothing of what was there. */
  replace(contents: Accepted<State, Rows>): Promise<void>
  /** Called after each durable change. Returns the function that ends the subscription. */
  subscribe(listener: (state: Readonly<State>) => void): () => void
  /** Waits for the updates under way and lets another process open the store. */
  close(): Promise<void>
}
