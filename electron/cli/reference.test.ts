import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { authorityCommand } from '../../server/cli/authority.ts'
import { completionCommand } from '../../server/cli/completion.ts'
import { exchangeCommand } from '../../server/cli/exchange.ts'
import { journalCommand } from '../../server/cli/journal.ts'
import { ledgerCommand } from '../../server/cli/ledger.ts'
import { nodeCommand } from '../../server/cli/node.ts'
import { registryCommand } from '../../server/cli/registry.ts'
import { EXIT } from '../../shared/terminal/exit.ts'
import { walletCommand } from './wallet.ts'

/** docs/CLI.md says what there is, no more and no less. */

const reference = readFileSync(new URL('../../docs/CLI.md', import.meta.url), 'utf8')

const program = new Command('kabuken')
const commands = [
  nodeCommand(),
  authorityCommand(),
  registryCommand(),
  exchangeCommand(),
  ledgerCommand(),
  journalCommand(),
  walletCommand(),
]
for (const command of commands) program.addCommand(command)
program.addCommand(completionCommand(program))

/** By title, such as `kabuken wallet order show <number>`: flags of the options. */
type Reference = ReadonlyMap<string, readonly string[]>

function provided(command: Command, path: readonly string[]): [string, readonly string[]][] {
  const own: [string, readonly string[]] = [
    [...path, ...command.registeredArguments.map(argumentOf)].join(' '),
    command.options.map(({ flags }) => flags).toSorted(),
  ]
  const below = command.commands.filter((child) => child.name() !== 'complete')
  const runs = below.length === 0 || command.options.length > 0
  return [...(runs ? [own] : []), ...below.flatMap((child) => provided(child, [...path, child.name()]))]
}

function argumentOf(argument: Command['registeredArguments'][number]): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`
  return argument.required ? `<${name}>` : `[${name}]`
}

/** The first cell of each row of a section's tables that is an option. */
function flagsIn(section: string): string[] {
  return [...section.matchAll(/^\| `(-[^`]*)` \|/gm)].flatMap(([, flags = '']) => flags)
}

function documented(text: string): Reference {
  const sections = text.split(/^#{2,3} /m)
  const common = new Map(
    sections.flatMap((section) => {
      const [, name] = /^Common options: (\w+)\n/.exec(section) ?? []
      return name === undefined ? [] : [[name, flagsIn(section)] as const]
    }),
  )
  return new Map(
    sections.flatMap((section) => {
      const [, title] = /^`(kabuken [^`]*)`\n/.exec(section) ?? []
      const [, named = ''] = / Common options: ([^.]*)\./.exec(section) ?? []
      const shared = named.split(', ').flatMap((name) => common.get(name) ?? [])
      return title === undefined ? [] : [[title, [...shared, ...flagsIn(section)].toSorted()] as const]
    }),
  )
}

test('the reference has every command with its arguments and options, and no others', () => {
  expect(Object.fromEntries(documented(reference))).toEqual(Object.fromEntries(provided(program, ['kabuken'])))
})

test('what is compared is what the command itself has', () => {
  const command = fileURLToPath(new URL('../../bin/kabuken.mjs', import.meta.url))
  const names = execFileSync(process.execPath, [command, 'complete', '--'], { encoding: 'utf8' }).trim().split('\n')
  expect(names.toSorted()).toEqual(['--version', ...commands.map((each) => each.name()), 'completion'].toSorted())
})

test('the reference has every exit code', () => {
  const [, codes = ''] = /## Exit codes\n([^]*?)\n## /.exec(reference) ?? []
  expect([...codes.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code))).toEqual(Object.values(EXIT))
})

test('every link into the protocol and the reference itself leads somewhere', () => {
  const anchorsOf = (text: string): Set<string> =>
    new Set(
      [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^a-z0-9 _-]/g, '')
          .replaceAll(' ', '-'),
      ),
    )
  const protocol = anchorsOf(readFileSync(new URL('../../docs/PROTOCOL.md', import.meta.url), 'utf8'))
  const own = anchorsOf(reference)
  const lost = [...reference.matchAll(/\]\((PROTOCOL\.md)?#([^)]*)\)/g)].filter(
    ([, file, anchor = '']) => !(file === undefined ? own : protocol).has(anchor),
  )
  expect(lost.map(([link]) => link)).toEqual([])
})
