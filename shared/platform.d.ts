/**
 * The few globals of the web platform that shared/ uses. It is compiled with neither Node's nor the browser's types,
 * so that nothing else slips in; both provide these.
 */
declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
}
declare class TextDecoder {
  constructor(label: string, options: { fatal: boolean; ignoreBOM: boolean })
  decode(bytes: Uint8Array): string
}
declare class URL {
  constructor(url: string, base?: string)
  readonly href: string
  readonly origin: string
  readonly protocol: string
  readonly username: string
  readonly password: string
  readonly host: string
  readonly hostname: string
  readonly port: string
  readonly pathname: string
  readonly hash: string
  readonly searchParams: {
    get(name: string): string | null
    set(name: string, value: string): void
    toString(): string
  }
}
interface CryptoKey {
  readonly type: string
  readonly algorithm: { readonly name: string }
  readonly extractable: boolean
  readonly usages: string[]
}
interface SubtleCrypto {
  digest(algorithm: 'SHA-256', data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  importKey(
    format: 'pkcs8' | 'spki',
    key: Uint8Array<ArrayBuffer>,
    algorithm: { name: string; namedCurve?: string; hash?: string },
    extractable: boolean,
    usages: ('sign' | 'verify' | 'deriveBits')[],
  ): Promise<CryptoKey>
  generateKey(
    algorithm: { name: string; namedCurve: string },
    extractable: boolean,
    usages: ('sign' | 'verify')[],
  ): Promise<{ readonly publicKey: CryptoKey; readonly privateKey: CryptoKey }>
  exportKey(format: 'spki', key: CryptoKey): Promise<ArrayBuffer>
  sign(algorithm: { name: string; hash?: string }, key: CryptoKey, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>
  verify(
    algorithm: { name: string; hash?: string },
    key: CryptoKey,
    signature: Uint8Array<ArrayBuffer>,
    data: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>
}
declare const crypto: { readonly subtle: SubtleCrypto }
