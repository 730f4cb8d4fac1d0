import { existsSync, readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Bytes } from '../kernel/bytes.ts'
import type { Certificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import { parseCrl } from './crl.ts'
import type { GeneralName } from './general-name.ts'
import { validatePath } from './path.ts'

// The x509-limbo collection of chains, good and bad, by the authors of pyca/cryptography.
const FOLDER = process.env['KABUKEN_VECTORS'] ?? join(import.meta.dirname, '../../../shared/vectors')
const FILE = join(FOLDER, 'limbo/limbo-core.json')
const NAMESPACES = ['rfc5280', 'pathlen', 'crl', 'cve', 'pathological']
const CASES = 137
/** Cases without a time of their own are valid from 1970 to 2969. */
const NOW = Date.UTC(2026, 0, 1)
const LIMIT_MS = 2000

const PURPOSES: Readonly<Record<string, string>> = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
}

interface Peer {
  readonly kind: 'RFC822' | 'DNS' | 'IP'
  readonly value: string
}

interface Case {
  readonly id: string
  readonly expected_result: 'SUCCESS' | 'FAILURE'
  readonly trusted_certs: readonly string[]
  readonly untrusted_intermediates: readonly string[]
  readonly peer_certificate: string
  readonly crls: readonly string[]
  readonly validation_time: string | null
  readonly expected_peer_name: Peer | null
  readonly expected_peer_names: readonly Peer[]
  readonly extended_key_usage: readonly string[]
  readonly max_chain_depth: number | null
}

function fromPem(pem: string): Bytes {
  return new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'))
}

/** What a strict reader refuses is not there: an unusable anchor or list must not help anybody. */
async function readable<T>(reading: readonly Promise<{ ok: true; value: T } | { ok: false }>[]): Promise<readonly T[]> {
  return (await Promise.all(reading)).flatMap((result) => (result.ok ? [result.value] : []))
}

function sameAddress(value: Bytes, address: string): boolean {
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addAddress(address, family)
  const octets = [...value]
  const text =
    octets.length === 4
      ? octets.join('.')
      : Array.from({ length: 8 }, (_, i) => ((octets[2 * i] ?? 0) * 256 + (octets[2 * i + 1] ?? 0)).toString(16)).join(
          ':',
        )
  return list.check(text, family)
}

// Names of servers and purposes of keys are the affair of TLS, not of path validation; Kabuken asks for its own identity instead.
function names(name: GeneralName, { kind, value }: Peer): boolean {
  if (name.form === 'ip') return kind === 'IP' && sameAddress(name.value, value)
  if (name.form === 'email') return kind === 'RFC822' && name.value === value
  if (name.form !== 'dns' || kind !== 'DNS') return false
  return name.value === value || (name.value.startsWith('*.') && name.value.slice(1) === value.replace(/^[^.]+/, ''))
}

function fitsPurpose(
  leaf: Certificate,
  { expected_peer_name, expected_peer_names, extended_key_usage }: Case,
): boolean {
  const peers = [...(expected_peer_name === null ? [] : [expected_peer_name]), ...expected_peer_names]
  return (
    peers.every((peer) => leaf.subjectAltNames?.some((name) => names(name, peer))) &&
    extended_key_usage.every((purpose) => leaf.extKeyUsage?.includes(PURPOSES[purpose] ?? purpose) ?? true)
  )
}

async function verdict(limbo: Case): Promise<'SUCCESS' | 'FAILURE'> {
  const result = await validatePath({
    chain: [limbo.peer_certificate, ...limbo.untrusted_intermediates].map(fromPem),
    anchors: await readable(limbo.trusted_certs.map((pem) => parseCertificate(fromPem(pem)))),
    crls: await readable(limbo.crls.map((pem) => parseCrl(fromPem(pem)))),
    at: limbo.validation_time === null ? NOW : Date.parse(limbo.validation_time),
    revocation: limbo.crls.length > 0 ? 'required' : 'none',
    ...(limbo.max_chain_depth !== null && { maxIntermediates: limbo.max_chain_depth }),
  })
  return result.ok && fitsPurpose(result.value.leaf, limbo) ? 'SUCCESS' : 'FAILURE'
}

const present = existsSync(FILE)
const all = present ? (JSON.parse(readFileSync(FILE, 'utf8')) as { testcases: readonly Case[] }).testcases : []
const cases = all.filter(({ id }) => NAMESPACES.includes(id.split('::')[0] ?? ''))

describe('[P9] only valid chains are trusted: x509-limbo', () => {
  beforeEach(({ skip }) => skip(!present, `the ${CASES} cases of ${FILE} are not here`))

  test('[P9] every case of the collection is there', () => {
    expect(cases.length).toBe(CASES)
  })

  test.each(cases.map((limbo) => [limbo.id, limbo] as const))(
    '[P9] %s',
    async (_, limbo) => {
      // No exception: every bad chain refused, every good one accepted.
      expect(await verdict(limbo)).toBe(limbo.expected_result)
    },
    LIMIT_MS,
  )
})
