import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { formatCount, formatMoney } from '../shared/terminal/amount.ts'
import { EXIT } from '../shared/terminal/exit.ts'
import type { ServerRole } from '../shared/protocol/catalogue/catalogue.ts'
import { CURRENCY } from './cast.ts'
import { finalSums, readBooks, violations, type Books } from './conservation.ts'
import { firstDay, laterDay } from './day.ts'
import { StoryBroken } from './expect.ts'
import { openMarket, SERVER_ROLES, type DemoMarket } from './market.ts'
import { closePeople, openPeople, type People } from './people.ts'
import { Story } from './story.ts'

interface Flags {
  readonly processes?: boolean
  readonly json?: boolean
  readonly keep?: string
  readonly crash?: ServerRole
}

/** In a kept folder: that the first day is over. */
const DAYS_FILE = 'days.json'

async function main(flags: Flags): Promise<number> {
  const folder = flags.keep === undefined ? mkdtempSync(join(tmpdir(), 'kabuken-demo-')) : resolve(flags.keep)
  mkdirSync(folder, { recursive: true })
  const story = new Story(flags.json === true)
  story.act('A market on this machine')
  const processes = flags.processes === true || existsSync(join(folder, 'authority'))
  const market = await openMarket(folder, processes, (text) => story.say(text))
  try {
    const people = await openPeople(folder)
    try {
      return await playDay(flags, folder, story, market, people)
    } finally {
      await closePeople(people)
    }
  } finally {
    await market.stop()
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true })
    else process.stderr.write(`Everything is kept in ${folder}; another run with --keep goes on from here.\n`)
  }
}

async function playDay(
  flags: Flags,
  folder: string,
  story: Story,
  market: DemoMarket,
  people: People,
): Promise<number> {
  const { crash } = flags
  const midway = async (): Promise<void> => {
    if (crash === undefined) return
    story.say(`(The process of the role ${crash} is killed and started again.)`)
    await market.crash(crash)
  }
  const stage = { market, people, story, folder, midway }
  const days = join(folder, DAYS_FILE)
  await (existsSync(days) ? laterDay(stage) : firstDay(stage))
  writeFileSync(days, '{}\n')
  const books = await readBooks(market)
  show(story, books, people)
  const wrong = violations(books, Object.values(people))
  for (const each of wrong) process.stderr.write(`VIOLATED ${each}\n`)
  story.act(wrong.length === 0 ? 'Every share and every yen is accounted for.' : `${wrong.length} rules are violated.`)
  if (flags.json === true)
    process.stdout.write(
      `${JSON.stringify({ events: story.events, final: finalSums(books, people), violations: wrong }, undefined, 2)}\n`,
    )
  return wrong.length === 0 ? EXIT.ok : EXIT.failed
}

function show(story: Story, books: Books, people: People): void {
  const nameOf = (userId: string): string =>
    Object.values(people).find(({ wallet }) => wallet.identity()?.userId === userId)?.name ?? userId
  story.table(
    'Register of shareholders',
    [
      { title: 'security', value: (row) => row.security },
      { title: 'number', value: (row) => row.certificateNumber },
      { title: 'certificate ID', value: (row) => row.certificateId },
      { title: 'holder', value: (row) => row.holderName },
      { title: 'shares', value: (row) => formatCount(row.quantity), align: 'right' },
    ],
    [...books.register].sort((a, b) => (a.security + a.holderName < b.security + b.holderName ? -1 : 1)),
  )
  story.table(
    'Accounts',
    [
      { title: 'holder', value: (row) => nameOf(row.userId) },
      { title: 'balance', value: (row) => formatMoney(row.balanceMinor, CURRENCY), align: 'right' },
      { title: 'on hold', value: (row) => formatMoney(row.heldMinor, CURRENCY), align: 'right' },
    ],
    books.accounts,
  )
}

const program = new Command('demo')
  .description('plays one market day with real servers, sockets, keys and databases on this machine')
  .option('--processes', 'each server role in a process of its own')
  .option('--json', 'print what happened and the final sums as JSON')
  .option('--keep <folder>', 'leave everything there; a second run goes on from it')
  .addOption(
    new Option('--crash <role>', 'kill this role in the middle of trading and start it again').choices(SERVER_ROLES),
  )
  .action(async (flags: Flags, command: Command) => {
    if (flags.crash !== undefined && flags.processes !== true)
      command.error('--crash needs --processes', { exitCode: EXIT.usage })
    try {
      process.exitCode = await main(flags)
    } catch (error) {
      if (!(error instanceof StoryBroken)) throw error
      process.stderr.write(`The day did not go as it should: ${error.message}\n`)
      process.exitCode = EXIT.failed
    }
  })

await program.parseAsync()
