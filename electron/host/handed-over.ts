import { certificateFile, endorsementFile, identityFile } from '../../shared/documents/endorsement.ts'
import { fromBase64 } from '../../shared/kernel/bytes.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { readMarketLink } from '../../shared/market/market-link.ts'
import { parseCertificate } from '../../shared/pki/certificate.ts'
import { readCertificateIdentity } from '../../shared/pki/identity.ts'
import type { Contact } from '../../shared/wallet-api/views.ts'
import { beginsBackup } from '../wallet/wallet.ts'

/** Files that people hand to each other. What is signed in one is for the wallet to verify; here it only has its form. */
const forms = { certificate: certificateFile, endorsement: endorsementFile, identity: identityFile } as const

type Form = keyof typeof forms
type FileOf<Name extends Form> = ReturnType<(typeof forms)[Name]['parse']>

type Person = Pick<Contact, 'userId' | 'name' | 'market' | 'notAfter'>

export type FileKind = Form | 'market' | 'backup'

export function readHandedOver<Name extends Form>(form: Name, text: string): Result<FileOf<Name>, Refusal> {
  const read = forms[form].safeParse(parseJson(text))
  return read.success ? ok(read.data as FileOf<Name>) : refuse('bad_file', `not the file of a ${form}`)
}

export async function identifyFile(
  text: string,
): Promise<Result<{ readonly kind: FileKind; readonly person?: Person }, Refusal>> {
  if (readMarketLink(text).ok) return ok({ kind: 'market' })
  if (beginsBackup(text)) return ok({ kind: 'backup' })
  const json = parseJson(text)
  for (const kind of ['certificate', 'endorsement'] as const)
    if (forms[kind].safeParse(json).success) return ok({ kind })
  const file = readHandedOver('identity', text)
  if (!file.ok) return refuse('bad_file', 'nothing that the wallet can open')
  const person = await personOf(file.value)
  return person.ok ? ok({ kind: 'identity', person: person.value }) : person
}

/** As the file says: the chain is verified by the wallet when something is made over to this person. */
export async function personOf({ chain: [leaf], market }: FileOf<'identity'>): Promise<Result<Person, Refusal>> {
  const der = leaf === undefined ? undefined : fromBase64(leaf)
  const certificate = der === undefined ? undefined : await parseCertificate(der)
  const identity = certificate?.ok === true ? readCertificateIdentity(certificate.value) : undefined
  if (identity?.ok !== true || identity.value.role !== 'investor')
    return refuse('bad_file', 'not the identity of an investor')
  const { userId, name } = identity.value
  return ok({ userId, name, market, notAfter: identity.value.certificate.notAfter })
}

/** JSON that a person can open and read. */
export function fileToSave(fileName: string, content: object): { readonly fileName: string; readonly text: string } {
  return { fileName, text: `${JSON.stringify(content, undefined, 2)}\n` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
