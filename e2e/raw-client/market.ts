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

/** How far clocks may differ. */
const CLOCKS_MS = 5 * 60 * 1000

/** Fetches a page of the authority's node. */
type Page = (path: string) => Promise<Buffer>

/** What "Trust" asks a client to fetch and to check when it joins, and what it may believe then. */
export class Market {
  readonly descriptor: Members
  readonly members: readonly Member[]
  readonly #page: Page
  /** Of the root and of the present issuing authority, as far as they were fetched. */
  readonly #lists = new Map<string, RevocationList>()
  readonly #root: X509Certificate
  readonly #issuing: readonly X509Certificate[]

  private constructor(descriptor: Members, root: X509Certificate, page: Page) {
    this.descriptor = descriptor
    this.#page = page
    this.#root = root
    this.#issuing = texts(descriptor, 'issuing').map(readX509)
    this.members = list(descriptor, 'members').map((member) => ({
      role: text(member, 'role'),
      userId: text(member, 'userId'),
      url: text(member, 'url'),
      certificates: texts(member, 'certificates'),
      securities: member['securities'] === undefined ? [] : texts(member, 'securities'),
    }))
  }

  /** `link` as in "Joining"; a person compared the fingerprint in it. */
  static async join(link: string): Promise<Market> {
    const query = new URL(link).searchParams
    const authority = query.get('authority') ?? ''
    const fingerprint = query.get('root') ?? ''
    const page = async (path: string): Promise<Buffer> => {
      const response = await fetch(new URL(path, authority.replace(/^ws/, 'http')))
      if (!response.ok) throw new Error(`${path}: ${response.status}`)
      return Buffer.from(await response.arrayBuffer())
    }
    const jws = readJws((await page('/market')).toString(), 'kabuken.market')
    const root = readX509(text(jws.payload, 'root'))
    if (thumbprint(root) !== fingerprint) throw new Error('another root')
    const market = new Market(jws.payload, root, page)
    await Promise.all(market.#issuing.map((each) => market.#checkAuthority(each)))
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
    await this.checkMember(signer)
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
  async agreementCertificate(): Promise<X509Certificate> {
    const member = list(this.descriptor, 'members').find(({ role }) => role === 'settlement')
    const certificate = readX509(text(member ?? {}, 'agreementCertificate'))
    await this.checkMember(certificate)
    if (identityOf(certificate).role !== 'settlement') throw new Error('not of the settlement server')
    return certificate
  }

  /** RFC 5280 section 6 for a member: issued under the root, valid now, not revoked. */
  async checkMember(certificate: X509Certificate): Promise<void> {
    const issuing = this.#issuing.find((each) => certificate.checkIssued(each))
    if (issuing === undefined) throw new Error('issued by somebody else')
    await this.#checkAuthority(issuing)
    checkIssuedBy(certificate, issuing, new Date())
    await this.#checkRevocation(certificate)
  }

  async #checkAuthority(issuing: X509Certificate): Promise<void> {
    checkIssuedBy(issuing, this.#root, new Date())
    await this.#checkRevocation(issuing)
  }

  async #checkRevocation({ serialNumber, issuer }: X509Certificate): Promise<void> {
    const { revoked } = await (issuer === this.#root.subject
      ? this.#listOf('/crl/root.crl', this.#root)
      : this.#listOf('/crl/issuing.crl', this.#issuing[0]))
    if (revoked.has(serialNumber)) throw new Error('revoked')
  }

  /** Fetched again when it is overdue. */
  async #listOf(path: string, authority: X509Certificate | undefined): Promise<RevocationList> {
    if (authority === undefined) throw new Error('no issuing authority')
    const known = this.#lists.get(path)
    if (known !== undefined && known.nextUpdate > new Date()) return known
    const fetched = readRevocationList(await this.#page(path), authority)
    if (known !== undefined && fetched.number < known.number) throw new Error('crl_rollback')
    if (fetched.nextUpdate < new Date()) throw new Error('no fresh revocation list')
    if (fetched.thisUpdate.getTime() > Date.now() + CLOCKS_MS) throw new Error('a list from the future')
    this.#lists.set(path, fetched)
    return fetched
  }
}
