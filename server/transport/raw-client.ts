/** A client for tests that sends what no proper client sends: bytes on a TCP connection, after the upgrade if wanted. */
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='

export interface RawReply {
  /** Status of the HTTP answer, undefined if the connection ended without one. */
  readonly status: number | undefined
  /** Code of the close frame, undefined if there was none. */
  readonly closeCode: number | undefined
}

export function upgradeText(
  path: string,
  headers: Readonly<Record<string, string | undefined>> = {},
  version = '1.1',
): string {
  const all: Record<string, string | undefined> = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': KEY,
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'kabuken.v1',
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]))
  return `GET ${path} HTTP/${version}\r\n${lines.join('\r\n')}\r\n\r\n`
}

/** One frame of RFC 6455 section 5.2, masked with zeros unless told otherwise. `first`: FIN, RSV and opcode. */
export function frame(first: number, payload: Uint8Array, mask = true): Buffer {
  const length = payload.length
  const size =
    length < 126
      ? [length]
      : length < 65_536
        ? [126, length >> 8, length & 255]
        : [127, 0, 0, 0, 0, length >>> 24, (length >> 16) & 255, (length >> 8) & 255, length & 255]
  const [short = 0, ...extended] = size
  const head = Buffer.from([first, short | (mask ? 0x80 : 0), ...extended, ...(mask ? [0, 0, 0, 0] : [])])
  return Buffer.concat([head, payload])
}

/** The server's frames: unmasked, so they can be walked by their lengths. */
function closeCodeIn(bytes: Buffer): number | undefined {
  let at = bytes.indexOf('\r\n\r\n') + 4
  while (at + 2 <= bytes.length) {
    const opcode = (bytes[at] ?? 0) & 15
    const short = (bytes[at + 1] ?? 0) & 127
    const start = at + (short === 126 ? 4 : short === 127 ? 10 : 2)
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short
    if (opcode === 8 && length >= 2) return bytes.readUInt16BE(start)
    at = start + length
  }
  return undefined
}

export class RawClient {
  readonly socket: Socket
  private readonly chunks: Buffer[] = []

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.on('data', (chunk) => this.chunks.push(chunk))
    this.socket.on('error', () => {})
  }

  /** Has upgraded and got the first bytes of the greeting. */
  static async upgraded(port: number, path: string): Promise<RawClient> {
    const client = new RawClient(port)
    client.socket.write(upgradeText(path))
    while (!client.bytes.includes('\r\n\r\n') || client.bytes.length < client.bytes.indexOf('\r\n\r\n') + 100)
      await once(client.socket, 'data')
    return client
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  /** Of the close frame, if one has come. */
  get closeCode(): number | undefined {
    return closeCodeIn(this.bytes)
  }

  /** What the server had said when the connection was over. */
  async over(): Promise<RawReply> {
    // Not `once`, which would throw for a connection that was refused or reset.
    if (!this.socket.closed) await new Promise((resolve) => this.socket.on('close', resolve))
    const status = /^HTTP\/1\.1 (\d{3})/.exec(this.bytes.toString('latin1'))?.[1]
    return { status: status === undefined ? undefined : Number(status), closeCode: this.closeCode }
  }
}
