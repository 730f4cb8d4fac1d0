import type { X509Certificate } from 'node:crypto'
import { list, readJws, text, texts, verifyJws, type Jws, type Members } from './jws.ts'
import { checkIssuedBy, identityOf, readRevocationList, readX509, thumbprint, type RevocationList } from './x509.ts'

export interface Member {
  readonly role: string
  readonly userId: string
  readonly url: string
  /** The present one first. */
  readonly certificates: readonly string[]
  readonly securities: readonly string[]
}

export interface Signed {
  readonly payload: Members
  readonly signer: X509Certificate
  readonly userId: string
  readonly role: string
}

/** What "Trust" asks a client to fetch and to check when it joins, and what it may believe then. */
export class Market {
  readonly descriptor: Members
  readonly members: readonly Member[]
  readonly lists: readonly RevocationList[]
  readonly #root: X509Certificate
  readonly #issuing: readonly X509Certificate[]

  private constructor(descriptor: Members, root: X509Certificate, lists: readonly [Buffer, Buffer]) {
    this.descriptor = descriptor
    this.#root = root
    this.#issuing = texts(descriptor, 'issuing').map(readX509)
    this.members = list(descriptor, 'members').map((member) => ({
      role: text(member, 'role'),
      userId: text(member, 'userId'),
      url: text(member, 'url'),
      certificates: texts(member, 'certificates'),
      securities: member['securities'] === undefined ? [] : texts(member, 'securities'),
    }))
    const [present] = this.#issuing
    if (present === undefined) throw new Error('no issuing authority')
    this.lists = [readRevocationList(lists[0], root), readRevocationList(lists[1], present)]
    for (const each of this.#issuing) this.#checkAuthority(each)
  }

  /** `link` as in "Joining"; a person compared the fingerprint in it. */
  static async join(link: string): Promise<Market> {
    const query = new URL(link).searchParams
    const authority = query.get('authority') ?? ''
    const fingerprint = query.get('root') ?? ''
    const page = (path: string): URL => new URL(path, authority.replace(/^ws/, 'http'))
    const get = async (path: string): Promise<Buffer> => {
      const response = await fetch(page(path))
      if (!response.ok) throw new Error(`${path}: ${response.status}`)
      return Buffer.from(await response.arrayBuffer())
    }
    const jws = readJws((await get('/market')).toString(), 'kabuken.market')
    const root = readX509(text(jws.payload, 'root'))
    if (thumbprint(root) !== fingerprint) throw new Error('another root')
    const market = new Market(jws.payload, root, [await get('/crl/root.crl'), await get('/crl/issuing.crl')])
    const { role, userId } = await market.verifyWithChain(jws)
    if (role !== 'authority' || market.member('authority').userId !== userId) throw new Error('not by the authority')
    return market
  }

  member(role: string): Member {
    const found = this.members.find((each) => each.role === role)
    if (found === undefined) throw new Error(`no ${role}`)
    return found
  }

  issuerOf(security: string): Member {
    const found = this.members.find(({ role, securities }) => role === 'issuer' && securities.includes(security))
    if (found === undefined) throw new Error(`nobody issues ${security}`)
    return found
  }

  /** For files: leaf first, then who issued it. */
  chainOf(leaf: string): string[] {
    const issuing = this.#issuing.find((each) => readX509(leaf).checkIssued(each))
    if (issuing === undefined) throw new Error('issued by somebody else')
    return [leaf, issuing.raw.toString('base64')]
  }

  /** A message or document that brings its chain, or whose chain came beside it. */
  async verifyWithChain(jws: Jws, chain: readonly string[] = texts(jws.header, 'x5c')): Promise<Signed> {
    const signer = readX509(chain[0] ?? '')
    this.checkMember(signer)
    if (text(jws.header, 'x5t#S256') !== thumbprint(signer)) throw new Error('the leaf did not sign')
    await verifyJws(jws, signer.publicKey)
    return { payload: jws.payload, signer, ...identityOf(signer) }
  }

  /** A server's document, signed with a certificate that the descriptor lists. */
  async verifyOfMember(compact: string, typ: string, member: Member): Promise<Members> {
    const jws = readJws(compact, typ)
    const listed = member.certificates.find((each) => thumbprint(readX509(each)) === jws.header['x5t#S256'])
    const signed = await this.verifyWithChain(jws, [listed ?? ''])
    if (signed.role !== member.role || signed.userId !== member.userId) throw new Error('certificate of another member')
    return signed.payload
  }

  /** The certificate for which account numbers are sealed. */
  agreementCertificate(): X509Certificate {
    const member = list(this.descriptor, 'members').find(({ role }) => role === 'settlement')
    const certificate = readX509(text(member ?? {}, 'agreementCertificate'))
    this.checkMember(certificate)
    if (identityOf(certificate).role !== 'settlement') throw new Error('not of the settlement server')
    return certificate
  }

  /** RFC 5280 section 6 for a member: issued under the root, valid now, not revoked. */
  checkMember(certificate: X509Certificate): void {
    const issuing = this.#issuing.find((each) => certificate.checkIssued(each))
    if (issuing === undefined) throw new Error('issued by somebody else')
    this.#checkAuthority(issuing)
    checkIssuedBy(certificate, issuing, new Date())
    this.#checkRevocation(certificate)
  }

  #checkAuthority(issuing: X509Certificate): void {
    checkIssuedBy(issuing, this.#root, new Date())
    this.#checkRevocation(issuing)
  }

  #checkRevocation({ serialNumber, issuer }: X509Certificate): void {
    const crl = issuer === this.#root.subject ? this.lists[0] : this.lists[1]
    if (crl === undefined || crl.nextUpdate < new Date()) throw new Error('no fresh revocation list')
    if (crl.revoked.has(serialNumber)) throw new Error('revoked')
  }
}
