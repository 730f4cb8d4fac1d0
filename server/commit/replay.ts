import { readMembers } from '../../shared/documents/document.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Ids } from '../../shared/kernel/ports.ts'
import { err, ok, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { findOperation, type ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'
import { refusalBody, replyPayload, requestPayload, TYP } from '../../shared/protocol/message.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import { parseJws, type ParsedJws } from '../../shared/signing/jws.ts'
import { hashJwsSync } from '../runtime/node-signing.ts'
import type { CommandHandler, ReplyHandler, Sender } from './decision.ts'
import { readFacts, type JournalEntry } from './journal.ts'
import type { Role } from './role.ts'
import type { RoleStore } from './store.ts'
import type { Tables } from './tables.ts'
import { LayeredView } from './view.ts'

interface RequestFacts {
  readonly operation: string
  readonly sender: Sender
  readonly ids: readonly string[]
  readonly evidence: unknown
}

interface ReplyFacts {
  readonly operation: string
  readonly ids: readonly string[]
  readonly context: Readonly<Record<string, string>>
  readonly message: string
}

/**
 * Decides every journal entry again, on an empty store of the same role, with the recorded time and IDs (P8). The caller
 * compares the two stores' state hashes. Nothing is verified, signed or sent: the journal's own chain was checked before.
 * What was refused changed nothing, and is not decided again: the settings may allow it today, for instance a class of shares that
 * was not there then.
 */
export function replay<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
  journal: Iterable<JournalEntry>,
  into: RoleStore,
): void {
  const memory = role.remember(new LayeredView(role.tables, into), role.settings)
  for (const entry of journal) {
    const view = new LayeredView(role.tables, into)
    try {
      if (entry.kind === 'request' && entry.reply !== '' && parsed(entry.reply).header.typ === TYP.refusal) continue
      if (entry.kind === 'request') replayRequest(role, entry, view, memory)
      else replayReply(role, entry, view, memory)
    } catch (error) {
      throw new Error(`entry ${entry.sequence} cannot be decided again`, { cause: error })
    }
    into.write({
      changes: view.changes(),
      journal: [],
      requests: [],
      answers: [],
      messages: [],
      answeredMessages: [],
      events: [],
    })
  }
}

function replayRequest<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
  entry: JournalEntry,
  view: LayeredView<T>,
  memory: Memory,
): void {
  const facts = readFacts(entry.facts) as RequestFacts
  const handler = role.operations[facts.operation as never] as CommandHandler<T, Settings, Memory, never, unknown>
  const body = readMembers(
    operationSchema(facts.operation, 'request'),
    members(entry.request, requestPayload).body as Json,
  )
  assert(body.ok, 'the body was readable once')
  const decided = handler.decide(
    view,
    {
      id: entry.requestId,
      sender: facts.sender,
      body: body.value as never,
      jws: entry.request,
      hash: hashJwsSync(entry.request),
      at: entry.at,
      evidence: facts.evidence,
    },
    { ids: recorded(facts.ids), settings: role.settings, memory },
  )
  if (decided.ok) view.accept()
  else view.refuse()
}

function replayReply<Name extends ServerRole, T extends Tables, Settings, Memory>(
  role: Role<Name, T, Settings, Memory>,
  entry: JournalEntry,
  view: LayeredView<T>,
  memory: Memory,
): void {
  const facts = readFacts(entry.facts) as ReplyFacts
  const handler = role.replies[facts.operation as never] as ReplyHandler<T, Settings, Memory, never> | undefined
  handler?.decide(
    view,
    {
      id: facts.message,
      peer: entry.sender,
      context: facts.context,
      result: readResult(facts.operation, entry.request) as never,
      at: entry.at,
    },
    { ids: recorded(facts.ids), settings: role.settings, memory },
  )
  view.accept()
}

function readResult(operation: string, jws: string): Result<unknown, Refusal> {
  const { typ } = parsed(jws).header
  const { body } = members(jws, replyPayload)
  if (typ === TYP.refusal) {
    const refusal = readMembers(refusalBody, body as Json)
    assert(refusal.ok, 'the refusal was readable once')
    return err(refusal.value as Refusal)
  }
  const reply = readMembers(operationSchema(operation, 'reply'), body as Json)
  assert(reply.ok, 'the reply was readable once')
  return ok(reply.value)
}

function operationSchema(name: string, part: 'request' | 'reply') {
  const operation = findOperation(name)
  assert(operation !== undefined, `not in the catalogue: ${name}`)
  return operation[part]
}

function members(jws: string, schema: typeof requestPayload | typeof replyPayload): { readonly body: unknown } {
  const read = readMembers(schema, parsed(jws).payload)
  assert(read.ok, 'the message was readable once')
  return read.value
}

/** Of a member or of an applicant: the journal holds both. */
function parsed(jws: string): Pick<ParsedJws, 'payload'> & { readonly header: { readonly typ: string } } {
  const any = (): boolean => true
  const read = parseJws(jws, { typ: any })
  if (read.ok) return read.value
  const applicant = parseJws(jws, { typ: any, header: 'applicant' })
  assert(applicant.ok, 'the message was readable once')
  return applicant.value
}

function recorded(drawn: readonly string[]): Ids {
  const left = [...drawn]
  return {
    next() {
      const id = left.shift()
      assert(id !== undefined, 'the decision draws more IDs than it did')
      return id
    },
  }
}
