import { certificateFile, endorsementFile, identityFile } from '../../shared/documents/endorsement.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import { readMarketLink } from '../../shared/market/market-link.ts'

/** Files that people hand to each other. What is signed in one is for the wallet to verify; here it only has its form. */
const forms = { certificate: certificateFile, endorsement: endorsementFile, identity: identityFile } as const

type Form = keyof typeof forms
type FileOf<Name extends Form> = ReturnType<(typeof forms)[Name]['parse']>

export type FileKind = Form | 'market'

export function readHandedOver<Name extends Form>(form: Name, text: string): Result<FileOf<Name>, Refusal> {
  const read = forms[form].safeParse(parseJson(text))
  return read.success ? ok(read.data as FileOf<Name>) : refuse('bad_file', `not the file of a ${form}`)
}

export function identifyFile(text: string): Result<{ readonly kind: FileKind }, Refusal> {
  if (readMarketLink(text).ok) return ok({ kind: 'market' })
  const json = parseJson(text)
  for (const kind of ['certificate', 'endorsement', 'identity'] as const)
    if (forms[kind].safeParse(json).success) return ok({ kind })
  return refuse('bad_file', 'nothing that the wallet can open')
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
