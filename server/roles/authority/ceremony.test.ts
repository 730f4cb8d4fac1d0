import { expect, test } from 'vitest'
import { generateKeys, NOW, parsed } from '../../../shared/pki/forge.ts'
import { parseCrl, verifyCrl } from '../../../shared/pki/crl.ts'
import { identify } from '../../../shared/pki/identity.ts'
import { exportSpki } from '../../../shared/pki/keys.ts'
import { validatePath } from '../../../shared/pki/path.ts'
import { randomIds, systemRandom } from '../../runtime/ids.ts'
import { certifyAuthority, holdCeremony, issueRootList } from './ceremony.ts'

const YEAR = 365 * 24 * 60 * 60 * 1000
const clock = { now: () => NOW }

async function ceremony() {
  const [rootKeys, issuingKeys, keys] = await Promise.all([generateKeys('P-384'), generateKeys(), generateKeys()])
  const authoritySpki = await exportSpki(keys.publicKey)
  const names = { rootName: 'Hoshi Market Root', authorityName: 'Hoshi Market Authority', currency: 'JPY' }
  const surroundings = { clock, random: systemRandom, ids: randomIds }
  const made = await holdCeremony({ ...surroundings, ...names, rootKeys, issuingKeys, authoritySpki })
  return { ...made, rootKeys, issuingKeys, authoritySpki }
}

test('[CA5] the offline root signs the online authority, which certifies its own message key', async () => {
  const made = await ceremony()
  const root = await parsed(made.rootDer)
  const list = await parseCrl(made.rootCrlDer)
  if (!list.ok) expect.fail(list.error.message)
  const path = await validatePath({
    chain: [made.authorityLeafDer, made.issuingDer],
    anchors: [root],
    at: NOW,
    crls: [list.value],
    revocation: 'when-available',
    maxIntermediates: 1,
  })
  if (!path.ok) expect.fail(path.error.message)
  const identity = identify(path.value)
  expect(identity).toMatchObject({
    ok: true,
    value: { userId: made.authorityUserId, role: 'authority', usage: 'signing' },
  })
  expect(made.authorityUserId).toMatch(/^aut-[0-9a-z]{16}$/)
  expect(made.rootThumbprint).toBe(root.thumbprint)
})

test('[CA5] the root holds 20 years, the issuing authority 5, the list of the root one', async () => {
  const made = await ceremony()
  expect((await parsed(made.rootDer)).notAfter).toBe(NOW + 20 * YEAR)
  expect((await parsed(made.issuingDer)).notAfter).toBe(NOW + 5 * YEAR)
  const list = await parseCrl(made.rootCrlDer)
  expect(list).toMatchObject({ ok: true, value: { number: 1n, nextUpdate: NOW + YEAR } })
})

test('[CA5] the issuing authority can certify no further authority', async () => {
  const { basicConstraints } = await parsed((await ceremony()).issuingDer)
  expect(basicConstraints).toEqual({ ca: true, pathLength: 0 })
})

test('[CA5] the root gives a list again with a greater number', async () => {
  const made = await ceremony()
  const root = { certificate: await parsed(made.rootDer), privateKey: made.rootKeys.privateKey }
  const later = NOW + YEAR
  const list = await parseCrl(await issueRootList({ clock: { now: () => later }, root, number: 2n }))
  if (!list.ok) expect.fail(list.error.message)
  expect(await verifyCrl(list.value, { issuer: root.certificate, at: later, highestNumber: 1n })).toMatchObject({
    ok: true,
  })
})

test('[CA5] the certificate of the message key is renewed under the same user ID and ends with its issuer', async () => {
  const made = await ceremony()
  const issuer = { certificate: await parsed(made.issuingDer), privateKey: made.issuingKeys.privateKey }
  const der = await certifyAuthority({
    clock: { now: () => NOW + 4.5 * YEAR },
    random: systemRandom,
    issuer,
    spki: made.authoritySpki,
    name: 'Hoshi Market Authority',
    userId: made.authorityUserId,
    currency: 'JPY',
  })
  const leaf = await parsed(der)
  expect(leaf.identity?.userId).toBe(made.authorityUserId)
  expect(leaf.notAfter).toBe(issuer.certificate.notAfter)
})
