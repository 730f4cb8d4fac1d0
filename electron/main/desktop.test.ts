import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MAX_OPENED_BYTES, openedWith, textOf } from './opened-with.ts'
import { isApproved, questionDialog } from './question-dialog.ts'

let folder: string

beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'kabuken-opened-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('links and files of the wallet are taken from the arguments, switches and the rest are not', () => {
  const argv = [
    '--remote-debugging-port=1',
    '-x.kabuken-identity.json',
    'kabuken://join?authority=a&root=b',
    'https://example.org/kabuken://join',
    'given.kabuken-endorsement.json',
    '/home/a/given.KABUKEN-certificate.json',
    '/etc/passwd',
    'notes.json',
  ]
  expect(openedWith(argv, '/work')).toEqual([
    { kind: 'link', text: 'kabuken://join?authority=a&root=b' },
    { kind: 'file', path: '/work/given.kabuken-endorsement.json' },
    { kind: 'file', path: '/home/a/given.KABUKEN-certificate.json' },
  ])
})

test('a file is read as it is; one that is too long, empty or gone is nothing, and only a backup may be long', async () => {
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text)
    return textOf({ kind: 'file', path: join(folder, name) })
  }
  expect(await write('a', '{}')).toBe('{}')
  expect(await write('b', 'x'.repeat(MAX_OPENED_BYTES))).toHaveLength(MAX_OPENED_BYTES)
  expect(await write('c', 'x'.repeat(MAX_OPENED_BYTES + 1))).toBeUndefined()
  expect(await write('d', '')).toBeUndefined()
  expect(await write('e.kabuken-backup.json', 'x'.repeat(MAX_OPENED_BYTES + 1))).toHaveLength(MAX_OPENED_BYTES + 1)
  expect(await textOf({ kind: 'file', path: join(folder, 'none') })).toBeUndefined()
})

test('the question in the system’s dialog: everything declines but the button that signs', () => {
  const dialog = questionDialog(
    {
      kind: 'cancellation',
      receptionNumber: 'OR-00000007',
      to: 'exc-0000000000',
      toName: undefined,
      requestId: 'r',
      at: 0,
    },
    'ja',
    'JPY',
  )
  expect(dialog).toMatchObject({ message: '注文の取消し', detail: '注文番号：OR-00000007\n送信先：exc-0000000000' })
  expect(dialog.buttons).toEqual(['署名しない', '署名する'])
  expect(isApproved(dialog.defaultId)).toBe(false)
  expect(isApproved(dialog.cancelId)).toBe(false)
  expect(isApproved(-1)).toBe(false)
  expect(isApproved(1)).toBe(true)
})
