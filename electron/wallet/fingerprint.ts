import { fromBase64Url, toHex } from '../../shared/kernel/bytes.ts'

/** For comparing by eye or by telephone: 16 groups of four hexadecimal digits. */
export function formatFingerprint(thumbprint: string): string {
  const hex = toHex(fromBase64Url(thumbprint) ?? new Uint8Array()).toUpperCase()
  return hex.match(/.{4}/g)?.join(' ') ?? ''
}
