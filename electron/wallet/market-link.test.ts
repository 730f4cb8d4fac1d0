import { describe, expect, it } from 'vitest'
import { formatFingerprint, formatMarketLink, marketLinkFile, readMarketLink } from './market-link.ts'

const root = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8'
const link = { authorityUrl: 'https://market.example:8443', rootThumbprint: root }

describe('market link', () => {
  it.each([
    ['link', formatMarketLink(link)],
    ['file', marketLinkFile(link)],
    ['link with white space around it', ` ${formatMarketLink(link)}\n`],
    ['address with a path', formatMarketLink({ ...link, authorityUrl: `${link.authorityUrl}/market` })],
  ])('reads a %s', (_, text) => {
    expect(readMarketLink(text)).toEqual({ ok: true, value: link })
  })

  it.each([
    ['nothing', ''],
    ['another scheme', `https://join?authority=https%3A%2F%2Fa&root=${root}`],
    ['no root', 'kabuken://join?authority=https%3A%2F%2Fa'],
    ['a short root', `kabuken://join?authority=https%3A%2F%2Fa&root=${root.slice(1)}`],
    ['a root in another spelling', `kabuken://join?authority=https%3A%2F%2Fa&root=${root.slice(0, -1)}9`],
    ['an address that is no HTTP', `kabuken://join?authority=file%3A%2F%2F%2Fetc&root=${root}`],
    ['an address with a user', `kabuken://join?authority=https%3A%2F%2Fa%40b&root=${root}`],
    ['a file of another format', '{"format":"x"}'],
    ['a broken file', '{"format":'],
    ['an endless text', 'k'.repeat(10_000)],
  ])('refuses %s', (_, text) => {
    expect(readMarketLink(text)).toMatchObject({ ok: false, error: { code: 'bad_link' } })
  })

  it('groups a fingerprint for comparing by eye', () => {
    expect(formatFingerprint(root)).toBe(
      '0001 0203 0405 0607 0809 0A0B 0C0D 0E0F 1011 1213 1415 1617 1819 1A1B 1C1D 1E1F',
    )
  })
})
