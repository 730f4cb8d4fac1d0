import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { text } from '../../shared/documents/fields.ts'
import { authoritySettings } from '../roles/authority/settings.ts'
import { exchangeSettings } from '../roles/exchange/settings.ts'
import { issuerSettings } from '../roles/issuer/settings.ts'
import { settlementSettings } from '../roles/settlement/settings.ts'
import { TRANSPORT_LIMITS } from '../transport/limits.ts'
import { expectation } from './expectation.ts'

/** Raised for a configuration that cannot be used; `key` names the member, as in `roles.exchange.listings.0.lot`. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly code = 'bad_configuration'
  readonly key: string

  constructor(file: string, key: string, message: string, cause?: unknown) {
    super(`${file}: ${key === '' ? '' : `${key}: `}${message}`, { cause })
    this.key = key
  }
}

const fingerprint = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

const common = {
  /** How the role is called in its certificate. */
  name: text(64),
}

/** The shape of a node's configuration file (TOML). What is written here is checked at start, with the key named. */
export const nodeConfig = z.strictObject({
  node: z.strictObject({
    /** Folder of databases and keys, relative to the configuration file. */
    data: z.string().min(1).default('data'),
    host: z.string().min(1).default('127.0.0.1'),
    port: z.number().int().min(0).max(65_535).default(7400),
    /** Under which address others reach this node; its roles' addresses are below it. */
    publicUrl: z
      .string()
      .regex(/^wss?:\/\/[^/]+$/)
      .optional(),
    /** Unencrypted sockets on an address that is not loopback: only behind something that encrypts. */
    allowPlain: z.boolean().default(false),
    tls: z.strictObject({ certificate: z.string(), key: z.string() }).optional(),
    /** Web pages that may open sockets here, by origin. */
    allowedOrigins: z.array(z.string()).default([]),
    logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
    /** Sockets that one address may hold at once. Behind a proxy everybody has the proxy's, and a wallet holds one for each server. */
    connectionsPerAddress: z
      .number()
      .int()
      .min(1)
      .max(TRANSPORT_LIMITS.maxConnections)
      .default(TRANSPORT_LIMITS.maxConnectionsPerAddress),
    /** How often the descriptor and the revocation lists are fetched (P13). */
    refreshSeconds: z.number().int().min(1).max(3600).default(20),
  }),
  market: z.strictObject({
    /** Address of the authority, e.g. `wss://authority.example:7400/authority`. */
    authority: z.string().regex(/^wss?:\/\/[^/]+\/authority$/),
    /** SHA-256 of the root certificate: what the operator compared. */
    root: fingerprint,
  }),
  roles: z
    .strictObject({
      authority: authoritySettings.extend(common).optional(),
      issuer: issuerSettings.omit({ agent: true, account: true }).extend(common).optional(),
      exchange: exchangeSettings.extend(common).optional(),
      settlement: settlementSettings.extend(common).optional(),
    })
    .refine((roles) => Object.keys(roles).length > 0, { error: 'at least one role' }),
})

export type NodeConfig = z.output<typeof nodeConfig>

export interface LoadedConfig {
  readonly file: string
  readonly config: NodeConfig
  /** Absolute. */
  readonly dataFolder: string
}

export function loadConfig(file: string): LoadedConfig {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const advice =
      code === 'ENOENT' ? 'there is no such file; name it with --config, or make one with kabuken node init' : ''
    throw new ConfigError(file, '', advice === '' ? `cannot be read (${code})` : advice, error)
  }
  return { file, ...readConfig(file, content) }
}

/** Throws {@link ConfigError}; `content` is TOML. */
export function readConfig(file: string, content: string): { config: NodeConfig; dataFolder: string } {
  let raw: unknown
  try {
    raw = parse(content)
  } catch (error) {
    throw new ConfigError(file, '', error instanceof TomlError ? error.message : 'is no TOML', error)
  }
  const read = z.safeDecode(nodeConfig, raw as z.input<typeof nodeConfig>)
  if (!read.success) {
    // A member that nobody knows comes first: it is the misspelt one, which others then seem to lack.
    const { issues } = read.error
    const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
    const key = [...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])]
    throw new ConfigError(file, key.map(String).join('.'), expectation(issue))
  }
  const { data } = read.data.node
  return { config: read.data, dataFolder: resolve(dirname(file), data) }
}
