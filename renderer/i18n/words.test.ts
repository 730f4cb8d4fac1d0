import { expect, test } from 'vitest'
import { CODES } from '../../shared/protocol/codes.ts'
import { en } from './en.ts'
import { ja } from './ja.ts'

type Tree = { readonly [key: string]: string | Tree }

function keysOf(tree: Tree, before = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [before + key] : keysOf(value, `${before}${key}.`),
  )
}

function wordsAt(tree: Tree, key: string): string {
  const words = key
    .split('.')
    .reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : at), tree)
  return typeof words === 'string' ? words : ''
}

const plain = (key: string) => key.replace(/_(?:one|other)$/, '')
const facts = (words: string) => [...new Set(words.match(/\{\{\w+\}\}/g))].toSorted()
const english = keysOf(en)
const sources = Object.entries(
  import.meta.glob<string>('../**/*.{ts,tsx}', { query: '?raw', import: 'default', eager: true }),
)
  .filter(([path]) => !/\/(?:en|ja)(?:\.ts|\/)|\.test\.ts$/.test(path))
  .map(([, text]) => text)
  .join('\n')

test('both languages have the same keys, with the same facts in them', () => {
  expect([...new Set(keysOf(ja).map(plain))].toSorted()).toEqual([...new Set(english.map(plain))].toSorted())
  for (const key of keysOf(ja)) expect([key, facts(wordsAt(ja, key))]).toEqual([key, facts(wordsAt(en, key))])
})

test('every key is used: word for word, or below a beginning that is', () => {
  const literal = new Set(sources.match(/(?<=['"`])[\w-]+(?:\.[\w-]+)*(?=['"`])/g))
  const beginnings = (sources.match(/(?<=`)[\w-]+(?:\.[\w-]+)*\.(?=\$\{)/g) ?? []).filter((text) => text !== '.')
  const unused = english
    .map(plain)
    .filter((key) => !literal.has(key) && !beginnings.some((text) => key.startsWith(text)))
  expect(unused).toEqual([])
})

test('no words are empty', () => {
  for (const words of [en, ja]) expect(keysOf(words).filter((key) => wordsAt(words, key).trim() === '')).toEqual([])
})

test('[SIG7] every code of the protocol has words of our own', () => {
  const codes = [...new Set(Object.values(CODES).flat())].map((code) => code.replaceAll('.', '-'))
  expect(codes.filter((code) => !Object.hasOwn(en.refusal, code))).toEqual([])
})

test('[A52] [A53] no screen shows the words of a refusal, and none makes markup out of text', () => {
  expect(sources.match(/\b(?:refusal|error|fault|said)\??\.(?:message|details)\b/g)).toBeNull()
  expect(sources.match(/dangerouslySetInnerHTML|innerHTML|outerHTML|insertAdjacentHTML|document\.write/g)).toBeNull()
})
