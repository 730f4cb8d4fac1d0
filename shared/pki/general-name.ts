import type { Bytes } from '../kernel/bytes.ts'
import type { DerReader } from './der.ts'
import { DerError, DerReader as Reader, readIa5 } from './der.ts'
import type { Name } from './name.ts'
import { readName } from './name.ts'

/** GeneralName (RFC 5280 section 4.2.1.6). Forms that nobody here compares keep only their tag. */
export type GeneralName =
  | { readonly form: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly form: 'ip'; readonly value: Bytes }
  | { readonly form: 'directory'; readonly value: Name }
  | { readonly form: 'other'; readonly value: number }

/** Form and encoding only: a name in a certificate and a name in a constraint follow different rules. */
export function readGeneralName(list: DerReader): GeneralName {
  const { tag, content } = list.next()
  switch (tag) {
    case 0x81:
      return { form: 'email', value: readIa5(content) }
    case 0x82:
      return { form: 'dns', value: readIa5(content) }
    case 0x86:
      return { form: 'uri', value: readIa5(content) }
    case 0x87:
      return { form: 'ip', value: content }
    case 0xa4: {
      // A Name is a CHOICE, so its tag [4] is explicit.
      const inside = new Reader(content)
      const value = readName(inside)
      inside.end()
      return { form: 'directory', value }
    }
    case 0xa0: // otherName
    case 0xa3: // x400Address
    case 0xa5: // ediPartyName
    case 0x88: // registeredID
      return { form: 'other', value: tag }
    default:
      throw new DerError('general name')
  }
}

// RFC 1034 section 3.5: letters, digits and inner hyphens, labels to 63, the whole to 253.
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i

export function isHost(text: string): boolean {
  return HOST.test(text)
}

/** `local@host`; the local part is taken literally, whatever stands in it. */
export function splitMailbox(text: string): { readonly local: string; readonly host: string } | undefined {
  const [local, host, ...more] = text.split('@')
  if (!local || host === undefined || more.length > 0 || !isHost(host)) return undefined
  return { local, host: host.toLowerCase() }
}

/** The host that a URI's authority names, the only part that a constraint looks at; undefined when it has none. */
export function uriHost(text: string): string | undefined {
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#:@]+)(?::\d*)?(?:[/?#]|$)/i.exec(text)?.[1]
  return host !== undefined && isHost(host) ? host.toLowerCase() : undefined
}

/** May this name stand in a subject alternative name? (RFC 5280 section 4.2.1.6; a leading wildcard label is RFC 9525.) */
export function isProperName(name: GeneralName): boolean {
  switch (name.form) {
    case 'dns':
      return isHost(name.value.replace(/^\*\./, ''))
    case 'email':
      return splitMailbox(name.value) !== undefined
    case 'uri':
      return /^[a-z][a-z0-9+.-]*:./i.test(name.value)
    case 'ip':
      return name.value.length === 4 || name.value.length === 16
    case 'directory':
      return name.value.parts.length > 0
    case 'other':
      return true
  }
}
