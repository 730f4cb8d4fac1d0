import type { Socket } from 'node:net'

/** The first four of the eight groups of an IPv6 address: one customer's network has at least 2^64 addresses. */
function network(address: string): string {
  const [head = '', tail] = address.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  return [...groups, ...zeros, ...after].slice(0, 4).join(':')
}

/** What counts as one address: an IPv4 address (also when written as IPv6), or the /64 network of an IPv6 address. */
export function addressGroup(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  return mapped ?? (address.includes(':') ? network(address) : address)
}

/** How many connections each address has. */
export class ConnectionCount {
  private readonly counts = new Map<string, number>()
  private readonly most: number

  constructor(most: number) {
    this.most = most
  }

  /** Counts the connection while it lasts; false if its address has too many already. */
  add(socket: Socket): boolean {
    const address = addressGroup(socket.remoteAddress ?? '')
    const count = this.counts.get(address) ?? 0
    if (count >= this.most) return false
    this.counts.set(address, count + 1)
    socket.once('close', () => {
      const left = (this.counts.get(address) ?? 1) - 1
      if (left === 0) this.counts.delete(address)
      else this.counts.set(address, left)
    })
    return true
  }
}
