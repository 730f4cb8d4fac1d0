import { describe, expect, test } from 'vitest'
import { httpOrigin, readMarketLink, writeMarketFile, writeMarketLink } from './market-link.ts'

const link = { authority: 'wss://authority.example:7400/authority', root: 'r'.repeat(43) }

describe('market links', () => {
  test.each([
    ['link', writeMarketLink(link)],
    ['file', writeMarketFile(link)],
    ['link with a line end', `${writeMarketLink(link)}\n`],
  ])('a %s reads back', (_form, text) => {
    expect(readMarketLink(text)).toEqual({ ok: true, value: link })
  })

  test.each([
    ['nothing', ''],
    ['another scheme', writeMarketLink(link).replace('kabuken:', 'https:')],
    ['no root', 'kabuken://join?authority=wss%3A%2F%2Fa%2Fauthority'],
    ['a root of another length', writeMarketLink({ ...link, root: 'short' })],
    ['an address that is no socket', writeMarketLink({ ...link, authority: 'https://a.example/authority' })],
    ['an address of another role', writeMarketLink({ ...link, authority: 'wss://a.example/exchange' })],
    ['a broken file', '{'],
    ['a file of another format', JSON.stringify({ ...link, format: 'other', version: 1 })],
  ])('%s is refused', (_what, text) => {
    expect(readMarketLink(text)).toMatchObject({ ok: false, error: { code: 'bad_link' } })
  })

  test('pages are on the port of the socket', () => {
    expect(httpOrigin(link.authority)).toBe('https://authority.example:7400')
    expect(httpOrigin('ws://127.0.0.1:1/authority')).toBe('http://127.0.0.1:1')
  })
})
