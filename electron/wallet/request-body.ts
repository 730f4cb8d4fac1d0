import { z } from 'zod'
import { readMembers } from '../../shared/documents/document.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Refusal } from '../../shared/kernel/result.ts'
import { operationNamed, type OperationName, type RequestBody } from '../../shared/protocol/catalogue/catalogue.ts'
import { requestPayload, requestTyp } from '../../shared/protocol/message.ts'
import { isPlainText, type Json } from '../../shared/signing/canonical.ts'
import { parseJws } from '../../shared/signing/jws.ts'

/** What a stored request asked for, from its own bytes. */
export function bodyOf<Name extends OperationName>(operation: Name, jws: string): RequestBody<Name> {
  const typ = requestTyp(operation)
  const certified = parseJws(jws, { typ })
  const parsed = certified.ok ? certified : parseJws(jws, { typ, header: 'applicant' })
  const payload = parsed.ok ? readMembers(requestPayload, parsed.value.payload) : undefined
  const body =
    payload?.ok === true ? readMembers(operationNamed(operation).request, payload.value.body as Json) : undefined
  assert(body?.ok === true, 'the wallet reads what it has signed')
  return body.value as RequestBody<Name>
}

/** What people typed, before it is signed: `bad_input` names the member. */
export function checkInput<Name extends OperationName>(operation: Name, body: RequestBody<Name>): Refusal | undefined {
  const written = z.safeEncode(operationNamed(operation).request, body)
  if (!written.success) {
    const issue = written.error.issues[0]
    const member = issue?.path.map(String).join('.') ?? ''
    return { code: 'bad_input', message: `${member}: ${issue?.message ?? 'invalid'}`, details: { member } }
  }
  return findImproperText(written.data)
}

function findImproperText(value: unknown, member = ''): Refusal | undefined {
  if (typeof value === 'string')
    return isPlainText(value)
      ? undefined
      : { code: 'bad_input', message: `${member}: control characters`, details: { member } }
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, part] of Object.entries(value)) {
    const improper = findImproperText(part, name)
    if (improper !== undefined) return improper
  }
  return undefined
}
