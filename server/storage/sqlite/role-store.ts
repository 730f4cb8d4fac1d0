import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { GENESIS, type JournalEntry, type JournalHead } from '../../commit/journal.ts'
import {
  StorageError,
  type Batch,
  type RoleStore,
  type StoredEvent,
  type StoredRequest,
  type WaitingMessage,
} from '../../commit/store.ts'
import type { AnyRow, ColumnType, Table, Tables } from '../../commit/tables.ts'
import { canonicalText, type Json } from '../../../shared/signing/canonical.ts'

/** Format of the tables below; a database of a newer format is refused, one of an older format would be migrated here. */
const FORMAT_VERSION = 1n

/** 64 MiB of pages in memory (negative: KiB). */
const CACHE_KIB = -64 * 1024

/** 32 MiB of log between two checkpoints: a page that many commits change is copied into the database once for all of them. */
const PAGES_TO_CHECKPOINT = 8192

/**
 * Requests and events hold whole signed messages. With row numbers these are appended, and only a small index is ordered by
 * key; without them each would be put in its place among pages full of other messages, at twice the cost of a commit.
 */
const FRAME = `
  CREATE TABLE IF NOT EXISTS kept_journal (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, request_id TEXT NOT NULL, sender TEXT NOT NULL,
    request TEXT NOT NULL, facts TEXT NOT NULL, reply TEXT NOT NULL, answers TEXT NOT NULL,
    previous_hash TEXT NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS kept_head (
    one INTEGER PRIMARY KEY CHECK (one = 1), sequence INTEGER NOT NULL, at INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS kept_requests (
    sender TEXT NOT NULL, id TEXT NOT NULL, hash TEXT NOT NULL, operation TEXT NOT NULL, reply TEXT, PRIMARY KEY (sender, id)) STRICT;
  CREATE TABLE IF NOT EXISTS kept_messages (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, peer TEXT NOT NULL, operation TEXT NOT NULL,
    jws TEXT NOT NULL, context TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS kept_messages_peer ON kept_messages (peer, position);
  CREATE TABLE IF NOT EXISTS kept_events (
    topic TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, jws TEXT NOT NULL,
    PRIMARY KEY (topic, sequence)) STRICT;
  CREATE TABLE IF NOT EXISTS kept_counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS kept_identity (role TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`

/**
 * A parameter that the planner does not look into. It would plan a statement anew for every value of one that it finds worth
 * looking at (SQLITE_ENABLE_STAT4), which takes twenty times as long as the look-up itself.
 */
const UNSEEN = '(SELECT ?)'

/** `STRICT` column types and how a value crosses the border. */
function sqlType(type: ColumnType): string {
  if (type === 'integer' || type === 'flag') return 'INTEGER NOT NULL'
  if (type === 'integer?') return 'INTEGER'
  return type === 'text?' ? 'TEXT' : 'TEXT NOT NULL'
}

type Stored = string | bigint | null

function toStored(type: ColumnType, value: unknown): Stored {
  if (type === 'flag') return value === true ? 1n : 0n
  if (type === 'json') return canonicalText(value as Json)
  return value as Stored
}

function fromStored(type: ColumnType, value: Stored): AnyRow[string] {
  if (type === 'flag') return value === 1n
  if (type === 'json') return JSON.parse(String(value)) as Json
  return value
}

interface TableStatements {
  readonly table: Table
  readonly columns: readonly (readonly [string, ColumnType])[]
  readonly get: Database.Statement
  readonly range: Database.Statement
  readonly all: Database.Statement
  readonly put: Database.Statement
  readonly remove: Database.Statement
  readonly where: ReadonlyMap<string, Database.Statement>
}

/**
 * A role's state in one SQLite file: WAL with `synchronous=FULL`, so that what was committed survives a power cut, and an
 * exclusive lock, so that a second process on the same file is refused. Both are read back at start.
 */
export function openSqliteStore(options: {
  readonly file: string
  readonly role: string
  readonly tables: Tables
}): RoleStore {
  const db = openDatabase(options.file)
  try {
    db.exec(FRAME)
    checkIdentity(db, options.role)
    const statements = new Map(
      Object.entries(options.tables).map(([name, table]) => [name, prepareTable(db, name, table)]),
    )
    return new SqliteRoleStore(db, statements)
  } catch (error) {
    db.close()
    throw error instanceof StorageError ? error : wrap(error)
  }
}

function openDatabase(file: string): Database.Database {
  let db: Database.Database | undefined
  try {
    // It names holders and what they have; SQLite gives its log the same mode. Only where there is none: to close a file that is a
    // database in this process already would drop its lock (fcntl).
    if (file !== ':memory:' && !existsSync(file)) writeFileSync(file, '', { flag: 'a', mode: 0o600 })
    db = new Database(file, { timeout: 0 })
    db.defaultSafeIntegers(true)
    // Before the first access in WAL mode: the lock is then held until the process ends, however it ends.
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.pragma('foreign_keys = ON')
    db.pragma(`cache_size = ${CACHE_KIB}`)
    db.pragma(`wal_autocheckpoint = ${PAGES_TO_CHECKPOINT}`)
    db.exec('BEGIN EXCLUSIVE; COMMIT')
    const journalMode = String(db.pragma('journal_mode', { simple: true }))
    const synchronous = Number(db.pragma('synchronous', { simple: true }))
    if (journalMode !== 'wal' || synchronous !== 2)
      throw new StorageError('storage_not_durable', `${file}: journal_mode=${journalMode}, synchronous=${synchronous}`)
    const version = db.pragma('user_version', { simple: true }) as bigint
    if (version > FORMAT_VERSION)
      throw new StorageError('storage_newer_version', `${file} was written by a newer version (format ${version})`)
    // Only where it changes: opening a database leaves its bytes as they are.
    if (version !== FORMAT_VERSION) db.pragma(`user_version = ${FORMAT_VERSION}`)
    return db
  } catch (error) {
    db?.close()
    if (error instanceof StorageError) throw error
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY'))
      throw new StorageError('storage_in_use', `${file} is in use by another process`, error)
    throw wrap(error)
  }
}

function checkIdentity(db: Database.Database, role: string): void {
  const kept = db.prepare('SELECT role FROM kept_identity').pluck().get() as string | undefined
  if (kept === undefined) db.prepare('INSERT INTO kept_identity VALUES (?)').run(role)
  else if (kept !== role)
    throw new StorageError('storage_of_another_role', `the database belongs to the role ${kept}, not ${role}`)
}

function prepareTable(db: Database.Database, name: string, table: Table): TableStatements {
  const columns = Object.entries(table.columns)
  const defined = columns.map(([column, type]) => `"${column}" ${sqlType(type)}`).join(', ')
  db.exec(`CREATE TABLE IF NOT EXISTS "${name}" (${defined}, PRIMARY KEY ("${table.key}")) STRICT, WITHOUT ROWID`)
  for (const column of table.indexes)
    db.exec(`CREATE INDEX IF NOT EXISTS "${name}_${column}" ON "${name}" ("${column}")`)
  const list = columns.map(([column]) => `"${column}"`).join(', ')
  const select = `SELECT ${list} FROM "${name}"`
  return {
    table,
    columns,
    get: db.prepare(`${select} WHERE "${table.key}" = ?`),
    range: db.prepare(`${select} WHERE "${table.key}" > ${UNSEEN} ORDER BY "${table.key}" LIMIT ${UNSEEN}`),
    all: db.prepare(`${select} ORDER BY "${table.key}"`).raw(),
    put: db.prepare(`INSERT OR REPLACE INTO "${name}" (${list}) VALUES (${columns.map(() => '?').join(', ')})`),
    remove: db.prepare(`DELETE FROM "${name}" WHERE "${table.key}" = ?`),
    where: new Map(
      table.indexes.map((column) => [
        column,
        db.prepare(`${select} WHERE "${column}" = ${UNSEEN} ORDER BY "${table.key}"`),
      ]),
    ),
  }
}

function wrap(error: unknown): StorageError {
  return new StorageError('storage_failed', error instanceof Error ? error.message : String(error), error)
}

class SqliteRoleStore implements RoleStore {
  readonly database: Database.Database
  readonly #tables: ReadonlyMap<string, TableStatements>
  readonly #statements

  constructor(db: Database.Database, tables: ReadonlyMap<string, TableStatements>) {
    this.database = db
    this.#tables = tables
    this.#statements = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      counter: db.prepare('SELECT value FROM kept_counters WHERE name = ?').pluck(),
      setCounter: db.prepare('INSERT OR REPLACE INTO kept_counters VALUES (?, ?)'),
      request: db.prepare('SELECT hash, operation, reply FROM kept_requests WHERE sender = ? AND id = ?'),
      addRequest: db.prepare('INSERT INTO kept_requests VALUES (?, ?, ?, ?, ?)'),
      answer: db.prepare('UPDATE kept_requests SET reply = ? WHERE sender = ? AND id = ?'),
      addJournal: db.prepare('INSERT INTO kept_journal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      addMessage: db.prepare(
        'INSERT INTO kept_messages (id, peer, operation, jws, context, at) VALUES (?, ?, ?, ?, ?, ?)',
      ),
      removeMessage: db.prepare('DELETE FROM kept_messages WHERE id = ?'),
      message: db.prepare('SELECT * FROM kept_messages WHERE id = ?'),
      messages: db.prepare(
        `SELECT * FROM kept_messages WHERE peer = ${UNSEEN} AND position > ${UNSEEN} ORDER BY position LIMIT ${UNSEEN}`,
      ),
      waiting: db.prepare(
        'SELECT peer, count(*) AS count, min(at) AS since FROM kept_messages GROUP BY peer ORDER BY peer',
      ),
      addEvent: db.prepare('INSERT INTO kept_events VALUES (?, ?, ?, ?)'),
      lastEvent: db.prepare(`SELECT max(sequence) FROM kept_events WHERE topic = ${UNSEEN}`).pluck(),
      events: db.prepare(
        `SELECT * FROM kept_events WHERE topic = ${UNSEEN} AND sequence > ${UNSEEN} ORDER BY sequence LIMIT ${UNSEEN}`,
      ),
      journal: db.prepare('SELECT * FROM kept_journal WHERE sequence > ? ORDER BY sequence'),
      head: db.prepare('SELECT sequence, at, hash FROM kept_head'),
      setHead: db.prepare('INSERT OR REPLACE INTO kept_head VALUES (1, ?, ?, ?)'),
      counters: db.prepare('SELECT name, value FROM kept_counters ORDER BY name').raw(),
    }
  }

  get(table: string, key: string): AnyRow | undefined {
    const own = this.#own(table)
    const row = own.get.get(key)
    return row === undefined ? undefined : toRow(own, row)
  }

  where(table: string, column: string, value: string): readonly AnyRow[] {
    const own = this.#own(table)
    return (own.where.get(column)?.all(value) ?? []).map((row) => toRow(own, row))
  }

  range(table: string, after: string, limit: number): readonly AnyRow[] {
    const own = this.#own(table)
    return own.range.all(after, BigInt(limit)).map((row) => toRow(own, row))
  }

  counter(name: string): bigint {
    return (this.#statements.counter.get(name) as bigint | undefined) ?? 0n
  }

  write(batch: Batch): void {
    const s = this.#statements
    try {
      s.begin.run()
      this.#writeRows(batch)
      for (const e of batch.journal)
        s.addJournal.run(
          e.sequence,
          e.at,
          e.kind,
          e.requestId,
          e.sender,
          e.request,
          e.facts,
          e.reply,
          e.answers,
          e.previousHash,
          e.hash,
        )
      const last = batch.journal.at(-1)
      if (last !== undefined) s.setHead.run(last.sequence, last.at, last.hash)
      for (const r of batch.requests) s.addRequest.run(r.sender, r.id, r.hash, r.operation, r.reply ?? null)
      for (const a of batch.answers) s.answer.run(a.reply, a.sender, a.id)
      for (const m of batch.messages) s.addMessage.run(m.id, m.peer, m.operation, m.jws, m.context, m.at)
      for (const id of batch.answeredMessages) s.removeMessage.run(id)
      for (const e of batch.events) s.addEvent.run(e.topic, e.sequence, e.at, e.jws)
      s.commit.run()
    } catch (error) {
      if (this.database.inTransaction) s.rollback.run()
      throw wrap(error)
    }
  }

  request(sender: string, id: string): StoredRequest | undefined {
    const row = this.#statements.request.get(sender, id) as (StoredRequest & { reply: string | null }) | undefined
    return row === undefined ? undefined : { ...row, reply: row.reply ?? undefined }
  }

  message(id: string): WaitingMessage | undefined {
    const row = this.#statements.message.get(id)
    return row === undefined ? undefined : toMessage(row)
  }

  messages(peer: string, after: bigint, limit: number): readonly WaitingMessage[] {
    return this.#statements.messages.all(peer, after, BigInt(limit)).map(toMessage)
  }

  waiting(): readonly { peer: string; count: number; since: number }[] {
    const rows = this.#statements.waiting.all() as { peer: string; count: bigint; since: bigint }[]
    return rows.map((row) => ({ peer: row.peer, count: Number(row.count), since: Number(row.since) }))
  }

  lastEvent(topic: string): bigint {
    return (this.#statements.lastEvent.get(topic) as bigint | null) ?? 0n
  }

  events(topic: string, after: bigint, limit: number): readonly StoredEvent[] {
    const rows = this.#statements.events.all(topic, after, BigInt(limit)) as (StoredEvent & { at: bigint })[]
    return rows.map((row) => ({ ...row, at: Number(row.at) }))
  }

  *journal(after: bigint): Iterable<JournalEntry> {
    for (const row of this.#statements.journal.iterate(after) as Iterable<Record<string, never>>)
      yield {
        sequence: row['sequence'] as unknown as bigint,
        at: Number(row['at']),
        kind: row['kind'] as unknown as JournalEntry['kind'],
        requestId: String(row['request_id']),
        sender: String(row['sender']),
        request: String(row['request']),
        facts: String(row['facts']),
        reply: String(row['reply']),
        answers: String(row['answers']),
        previousHash: String(row['previous_hash']),
        hash: String(row['hash']),
      }
  }

  journalHead(): JournalHead {
    const row = this.#statements.head.get() as { sequence: bigint; at: bigint; hash: string } | undefined
    return row === undefined ? { sequence: 0n, at: 0, hash: GENESIS } : { ...row, at: Number(row.at) }
  }

  stateHash(): string {
    const digest = createHash('sha256')
    const add = (row: unknown): void => {
      digest.update(JSON.stringify(row, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
      digest.update('\n')
    }
    for (const [name, own] of [...this.#tables].sort(([a], [b]) => (a < b ? -1 : 1))) {
      digest.update(`${name}\n`)
      for (const row of own.all.iterate()) add(row)
    }
    digest.update('counters\n')
    for (const row of this.#statements.counters.iterate()) add(row)
    return digest.digest('base64url')
  }

  close(): void {
    this.database.close()
  }

  #own(table: string): TableStatements {
    const own = this.#tables.get(table)
    if (own === undefined) throw new StorageError('storage_failed', `no table ${table}`)
    return own
  }

  #writeRows({ changes }: Batch): void {
    for (const [name, rows] of changes.rows) {
      const own = this.#own(name)
      for (const [key, row] of rows) {
        if (row === undefined) own.remove.run(key)
        else own.put.run(own.columns.map(([column, type]) => toStored(type, row[column])))
      }
    }
    for (const [name, value] of changes.counters) this.#statements.setCounter.run(name, value)
  }
}

function toRow(own: TableStatements, stored: unknown): AnyRow {
  const from = stored as Readonly<Record<string, Stored>>
  const row: Record<string, AnyRow[string]> = {}
  for (const [column, type] of own.columns) row[column] = fromStored(type, from[column] ?? null)
  return row
}

function toMessage(row: unknown): WaitingMessage {
  const from = row as WaitingMessage & { at: bigint }
  return { ...from, at: Number(from.at) }
}
