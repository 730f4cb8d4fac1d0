import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { writeMarketFile, writeMarketLink } from '../../shared/market/market-link.ts'
import { loadConfig } from '../config/config.ts'
import type { PlannedClass } from '../node/config-template.ts'
import { initNode, type InitRole } from '../node/init.ts'
import { startNode } from '../node/node.ts'
import { renewRoles } from '../node/renewal.ts'
import { widenIssuer } from '../node/widening.ts'
import { jsonLogger } from '../runtime/logger.ts'
import { CommandFailed, EXIT } from '../../shared/terminal/exit.ts'
import { output } from '../../shared/terminal/output.ts'
import { day } from '../../shared/terminal/typed.ts'
import { deskCommand, outputOf, type DeskFlags } from './options.ts'
import { writeNew } from './files.ts'
import { passphraseFrom } from './passphrase.ts'

interface RunFlags {
  readonly config: string
  readonly passphraseFile?: string
}

interface InitFlags {
  readonly config: string
  readonly roles: InitRole[]
  readonly name: string
  readonly market?: string
  readonly currency: string
  readonly demonstration?: boolean
  readonly join?: string
  readonly invitation?: string
  readonly security?: string[]
  readonly host: string
  readonly port: string
  readonly publicUrl?: string
  readonly tlsCertificate?: string
  readonly tlsKey?: string
  readonly passphraseFile?: string
  readonly plainKeys?: boolean
  readonly json?: boolean
}

const ROLES = ['authority', 'issuer', 'exchange', 'settlement'] as const

export function nodeCommand(): Command {
  return (
    new Command('node')
      .description('run server roles: authority, issuer, exchange, settlement')
      .addOption(
        new Option('-c, --config <file>', 'configuration of the node').env('KABUKEN_CONFIG').default('kabuken.toml'),
      )
      .option('--passphrase-file <file>', 'file with the passphrase of the keys (or KABUKEN_PASSPHRASE)')
      .action(run)
      // So that --config after a sub-command is the sub-command's.
      .enablePositionalOptions()
      .addCommand(init())
      .addCommand(renew())
      .addCommand(widen())
      .addCommand(link())
  )
}

async function run(flags: RunFlags): Promise<void> {
  const loaded = loadConfig(flags.config)
  const logger = jsonLogger(loaded.config.node.logLevel)
  const node = await startNode({ loaded, passphrase: passphraseFrom(flags.passphraseFile), logger })
  logger.info({ url: node.url }, 'listening')
  const stop = (): void => {
    logger.info({}, 'stopping')
    void node.stop().then(() => process.exit(EXIT.ok))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  await node.ready
}

function init(): Command {
  return new Command('init')
    .description('write a commented configuration, create keys and enrol the roles with the authority')
    .addOption(new Option('-c, --config <file>', 'configuration to write').default('kabuken.toml'))
    .addOption(new Option('--roles <role...>', 'roles of this node').choices(ROLES).default([...ROLES], 'all four'))
    .option('--name <name>', 'how the servers are called in their certificates', 'Kabuken')
    .option('--market <name>', 'name of the market that this authority makes')
    .option('--currency <code>', 'currency of the market', 'JPY')
    .option('--demonstration', 'mark the market as one for play')
    .option('--join <link>', 'market to join: the link that its authority gives (kabuken node link)')
    .option('--invitation <code>', 'invitation code of the authority')
    .option('--security <id...>', 'securities that the issuer may issue')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on', '7400')
    .option('--public-url <url>', 'address under which others reach this node, e.g. wss://kabuken.example:7400')
    .option('--tls-certificate <file>', 'certificate chain of the TLS server, PEM')
    .option('--tls-key <file>', 'its key, PEM')
    .option('--passphrase-file <file>', 'encrypt the keys with the passphrase in this file (or KABUKEN_PASSPHRASE)')
    .option('--plain-keys', 'keep the keys unencrypted: whoever can read the files has them')
    .option('--json', 'print JSON')
    .action(async (flags: InitFlags) => {
      const out = output(flags.json === true, process)
      if (existsSync(flags.config))
        throw new CommandFailed(EXIT.usage, 'config_exists', `${flags.config} exists and is not overwritten`)
      const passphrase = passphraseFrom(flags.passphraseFile)
      if (passphrase === undefined && flags.plainKeys !== true)
        throw new CommandFailed(
          EXIT.usage,
          'passphrase_required',
          'choose how keys are kept: --passphrase-file FILE (or KABUKEN_PASSPHRASE) encrypts them, --plain-keys does not',
        )
      if ((flags.tlsCertificate === undefined) !== (flags.tlsKey === undefined))
        throw new CommandFailed(EXIT.usage, 'bad_usage', '--tls-certificate and --tls-key go together')
      if (flags.security === undefined && flags.roles.includes('issuer'))
        throw new CommandFailed(EXIT.usage, 'bad_usage', 'name the securities of the issuer, e.g. --security HOSHI')
      mkdirSync(dirname(resolve(flags.config)), { recursive: true })
      const made = await initNode({
        configFile: resolve(flags.config),
        roles: flags.roles,
        name: flags.name,
        marketName: flags.market ?? flags.name,
        currency: flags.currency,
        demonstration: flags.demonstration === true,
        host: flags.host,
        port: Number(flags.port),
        passphrase,
        classes: (flags.security ?? []).map(plannedClass),
        progress: out.note,
        ...(flags.join === undefined ? {} : { join: flags.join }),
        ...(flags.invitation === undefined ? {} : { invitation: flags.invitation }),
        ...(flags.publicUrl === undefined ? {} : { publicUrl: flags.publicUrl }),
        ...(flags.tlsCertificate === undefined || flags.tlsKey === undefined
          ? {}
          : { tls: { certificate: resolve(flags.tlsCertificate), key: resolve(flags.tlsKey) } }),
      })
      out.result(made, () =>
        [
          `configuration: ${made.configFile}`,
          `keys:          ${made.dataFolder} (${passphrase === undefined ? 'NOT encrypted: keep this folder to yourself' : 'encrypted with your passphrase'})`,
          `market link:   ${made.link}`,
          '',
          `Start it with: kabuken node --config ${flags.config}${flags.passphraseFile === undefined ? '' : ` --passphrase-file ${flags.passphraseFile}`}`,
        ].join('\n'),
      )
    })
}

function renew(): Command {
  return deskCommand(
    'renew',
    'renew the certificates of this node’s roles at the authority; restart the node then',
  ).action(async (flags: DeskFlags) => {
    const ends = await renewRoles({
      loaded: loadConfig(flags.config),
      passphrase: passphraseFrom(flags.passphraseFile),
    })
    const roles = Object.fromEntries(Object.entries(ends).map(([role, at]) => [role, new Date(at).toISOString()]))
    outputOf(flags).result({ roles }, () =>
      [...Object.entries(ends).map(([role, at]) => `${role} until ${day(at)}`), 'restart the node'].join('\n'),
    )
  })
}

function widen(): Command {
  return deskCommand(
    'widen',
    'have this node’s issuer certified for the securities that its configuration names in addition; ask again until it is, then restart the node',
  ).action(async (flags: DeskFlags) => {
    const widening = await widenIssuer({
      loaded: loadConfig(flags.config),
      passphrase: passphraseFrom(flags.passphraseFile),
    })
    const securities = widening.securities.join(', ')
    outputOf(flags).result(widening, () =>
      widening.state === 'certified'
        ? `certified for ${securities}; restart the node`
        : `application ${widening.applicationNumber} for ${securities} waits for the authority (kabuken authority approve ${widening.applicationNumber}); ask again then`,
    )
  })
}

/** To begin with: what the configuration then says is the operator's to change. */
function plannedClass(security: string): PlannedClass {
  return {
    security,
    companyName: security,
    incorporatedOn: '2020-01-01',
    authorised: 1_000_000n,
    referencePriceMinor: 1_000n,
  }
}

function link(): Command {
  return new Command('link')
    .description('print the link with which wallets and servers join this market')
    .addOption(
      new Option('-c, --config <file>', 'configuration of the node').env('KABUKEN_CONFIG').default('kabuken.toml'),
    )
    .option('--file <file>', 'write it as a file to hand over instead')
    .option('--json', 'print JSON')
    .action((flags: { config: string; file?: string; json?: boolean }) => {
      const { authority, root } = loadConfig(flags.config).config.market
      const text = writeMarketLink({ authority, root })
      if (flags.file !== undefined) writeNew(flags.file, writeMarketFile({ authority, root }))
      output(flags.json === true, process).result({ authority, root, link: text }, () => text)
    })
}
