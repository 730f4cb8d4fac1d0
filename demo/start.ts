import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { KeychainError } from '../electron/wallet/keychain/keychain.ts'
import { openInBrowser, ownLanguage, serveInBrowser, terminalEnds } from '../electron/cli/serving.ts'
import { err } from '../shared/kernel/result.ts'
import { CommandFailed, EXIT, type ExitCode } from '../shared/terminal/exit.ts'
import type { Language } from '../shared/wallet-api/views.ts'
import { StoryBroken } from './expect.ts'
import { MAX_INVESTORS } from './living/cast.ts'
import type { HandedOver } from './living/market.ts'
import { PASSPHRASE } from './people.ts'
import { bringUpToDate, DESKTOP, SCREENS } from './start/built.ts'
import { MarketGone, MarketProcess } from './start/market-process.ts'
import { prepareOwnWallet, writePassphrase } from './start/own-wallet.ts'
import { chooseWindow, electronBinary, fetchElectron, hasDisplay, runElectron, type Shown } from './start/window.ts'

interface Flags {
  readonly new?: boolean
  readonly keep?: string
  readonly seed: string
  readonly investors: number
  readonly pace: number
  readonly language?: Language
  readonly browser?: boolean
  readonly open: boolean
  readonly port: number
  readonly check?: boolean
}

const ROOT = join(import.meta.dirname, '..')
/** Where files of others lie for the person. */
const GIVEN = 'for-you'
const LOOK_AROUND_MS = 500
const ELECTRON = join(ROOT, 'node_modules/electron')

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** A play key never gets into the keychain of the machine. */
const absent = new KeychainError('keychain_unavailable', 'the demonstration does not use this system’s keychain')
const noKeychain = {
  open: () => ({ load: refused, create: refused, remove: refused }),
  detect: () => Promise.resolve(err(absent)),
}
function refused(): Promise<never> {
  return Promise.reject(absent)
}

async function main(flags: Flags): Promise<ExitCode> {
  const ended = Promise.race([terminalEnds(), starterEnds()])
  // Where the terminal is gone, what is said goes nowhere; there is still something to put away.
  process.stdout.on('error', () => {})
  const folder = flags.keep === undefined ? mkdtempSync(join(tmpdir(), 'kabuken-market-')) : resolve(flags.keep)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const market = new MarketProcess({
    folder: join(folder, 'market'),
    seed: flags.seed,
    investors: flags.investors,
    pace: flags.pace,
    temporary: flags.keep === undefined ? folder : undefined,
  })
  const closers: (() => Promise<void>)[] = []
  let violations: readonly string[] = []
  try {
    // A wallet that is still being prepared when the terminal ends has nobody left to tell of its failure.
    const session = openSession(flags, folder, market, closers)
    session.catch(() => {})
    await Promise.race([ended, session, market.gone])
  } finally {
    for (const close of closers.toReversed()) await close()
    violations = await market.end(flags.check === true)
    if (flags.keep === undefined) rmSync(folder, { recursive: true, force: true })
  }
  for (const each of violations) process.stderr.write(`VIOLATED ${each}\n`)
  if (flags.check === true && violations.length === 0) say('Every share and every yen is accounted for.')
  if (flags.keep !== undefined) say(`Everything is kept in ${folder}; another start with --keep goes on from there.`)
  return violations.length === 0 ? EXIT.ok : EXIT.failed
}

/** npm ends on some signals without passing them on: then this process gets another parent. */
async function starterEnds(): Promise<void> {
  const starter = process.ppid
  while (process.ppid === starter) await pause(LOOK_AROUND_MS, undefined, { ref: false })
}

/** Builds what is shown, too. */
async function windowFor(flags: Flags): Promise<Shown> {
  const circumstances = {
    browser: flags.browser === true,
    isNew: flags.new === true,
    hasDisplay: hasDisplay(process.platform, process.env),
  }
  let binary = electronBinary(ELECTRON)
  // Only where it would be used: a choice with any binary would be Electron.
  if (binary === undefined && chooseWindow({ ...circumstances, binary: ELECTRON }).kind === 'electron') {
    say('Fetching the program of Electron …')
    await fetchElectron(ELECTRON)
    binary = electronBinary(ELECTRON)
  }
  if (!(await bringUpToDate(SCREENS, say)))
    throw new CommandFailed(EXIT.failed, 'not_built', 'The screens could not be built.')
  const shown = chooseWindow({ ...circumstances, binary })
  if (shown.kind === 'browser' || (await bringUpToDate(DESKTOP, say))) return shown
  return { kind: 'browser', why: 'the desktop application could not be built' }
}

/** Resolves when the person has closed the wallet's own window; in a browser, never. */
async function openSession(
  flags: Flags,
  folder: string,
  market: MarketProcess,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const wallet = join(folder, 'wallet')
  const language = flags.language ?? ownLanguage()
  // Servers start and the wallet is made ready while the screens are built.
  const ready = market.ready()
  const welcome = () => market.welcome()
  const prepared =
    flags.new === true
      ? Promise.resolve(undefined)
      : prepareOwnWallet({ folder: wallet, language, link: ready, welcome })
  const [shown, you, link] = await Promise.all([windowFor(flags), prepared, ready])
  const inBrowser = async (why: string): Promise<void> => {
    closers.push(await openBrowser(flags, wallet, language, link, why))
  }
  let closed = new Promise<void>(() => {})
  if (shown.kind === 'browser') await inBrowser(shown.why)
  else closed = inWindow(shown.binary, folder, wallet, language, inBrowser, closers)
  tellWhatThereIs(flags, folder)
  // Only now: until somebody sees the wallet, the machine is there for nothing else.
  const isGiven = existsSync(join(folder, GIVEN))
  market.open(isGiven ? undefined : you, (handedOver) => saveFiles(folder, handedOver))
  await closed
}

async function inWindow(
  binary: string,
  folder: string,
  wallet: string,
  language: Language,
  otherwise: (why: string) => Promise<void>,
  closers: (() => Promise<void>)[],
): Promise<void> {
  const desktop = runElectron(binary, [
    join(ROOT, 'out/main/index.js'),
    `--wallet=${wallet}`,
    `--passphrase-file=${writePassphrase(folder)}`,
    `--language=${language}`,
    // Apart from an installed wallet, which has settings and a lock of its own.
    `--user-data-dir=${join(folder, 'desktop')}`,
  ])
  closers.push(desktop.close)
  say('\nThe wallet opens in its own window. It ends with that window, or with Ctrl+C.\n')
  if (await desktop.ended) return
  await otherwise('because Electron does not run here')
  return new Promise(() => {})
}

async function openBrowser(
  flags: Flags,
  wallet: string,
  language: Language,
  marketLink: string,
  why: string,
): Promise<() => Promise<void>> {
  const opened = await serveInBrowser({
    folder: wallet,
    passphrase: flags.new === true ? undefined : PASSPHRASE,
    keychain: noKeychain,
    language,
    port: flags.port,
    note: say,
  })
  if (flags.language !== undefined) await opened.host.answer('settings.set', { language })
  if (flags.new === true) opened.host.arrive(marketLink)
  say(`\nThe wallet is shown in a browser, ${why}. Open it with this link, which works once:\n\n  ${opened.link}\n`)
  say('It ends with this terminal, or with Ctrl+C.')
  if (flags.open && hasDisplay(process.platform, process.env)) openInBrowser(opened.link)
  return opened.close
}

function tellWhatThereIs(flags: Flags, folder: string): void {
  say(
    'This is a demonstration: companies, people, shares and money are invented. Simulated investors arrive and trade.',
  )
  if (flags.new === true)
    say('The wallet is empty: it begins with a key. The link of the market is filled in where it asks for one.')
  else say(`The wallet locks itself after a while; its passphrase is: ${PASSPHRASE}`)
  say(`Files for you: ${join(folder, GIVEN)}`)
}

function saveFiles(folder: string, { from, endorsement, identity }: HandedOver): void {
  const place = join(folder, GIVEN)
  const name = from.toLowerCase().replaceAll(' ', '-')
  mkdirSync(place, { recursive: true })
  writeFileSync(join(place, `${name}.kabuken-endorsement.json`), endorsement)
  writeFileSync(join(place, `${name}.kabuken-identity.json`), identity)
  say(`${from} has made a certificate over to you: accept ${name}.kabuken-endorsement.json on the screen Transfers.`)
}

function numberFrom(from: number, to: number, form: RegExp): (typed: string) => number {
  return (typed) => {
    const number = form.test(typed) ? Number(typed) : Number.NaN
    if (!(number >= from && number <= to)) throw new InvalidArgumentError(`A number from ${from} to ${to}, please.`)
    return number
  }
}

const WHOLE = /^\d{1,9}$/
const DECIMAL = /^\d{1,9}(\.\d{1,9})?$/

const program = new Command('npm start --')
  .description(
    'opens the wallet on a demonstration market in which simulated investors trade; everything is on this machine',
  )
  .option('--new', 'an empty wallet, as everybody begins, with the market’s link filled in')
  .option('--keep <folder>', 'leave market and wallet there; a second start goes on from it')
  .option('--seed <text>', 'the same seed: the same decisions of the simulated investors', 'kabuken')
  .addOption(
    new Option('--investors <number>', 'how many simulated investors')
      .argParser(numberFrom(2, MAX_INVESTORS, WHOLE))
      .default(30),
  )
  .addOption(
    new Option('--pace <times>', 'how many times faster they act').argParser(numberFrom(0.1, 50, DECIMAL)).default(1),
  )
  .addOption(new Option('--language <language>', 'of the screens; else as the system says').choices(['en', 'ja']))
  .option('--browser', 'in a browser, even where the wallet could have its own window')
  .option('--no-open', 'only print the link, open no browser')
  .addOption(
    new Option('--port <number>', 'port on the loopback address')
      .argParser(numberFrom(0, 65_535, WHOLE))
      .default(0, 'a free one'),
  )
  .option('--check', 'at the end, close the day and check that every share and every yen is accounted for')
  .action(async (flags: Flags) => {
    try {
      process.exitCode = await main(flags)
    } catch (error) {
      if (!(error instanceof CommandFailed || error instanceof MarketGone || error instanceof StoryBroken)) throw error
      process.stderr.write(`${error.message}\n`)
      process.exitCode = error instanceof CommandFailed ? error.exit : EXIT.failed
    }
    // Whatever was still being prepared when the terminal ended is of no use now.
    process.exit()
  })

await program.parseAsync()
