import type { ServerRole } from '../../shared/protocol/catalogue/catalogue.ts'

/** A class of shares to begin with. */
export interface PlannedClass {
  readonly security: string
  readonly companyName: string
  /** ISO 8601 date. */
  readonly incorporatedOn: string
  readonly authorised: bigint
  /** Minor units a share; where the exchange's price limits start from. */
  readonly referencePriceMinor: bigint
  /** Minor units; 1 if absent. */
  readonly tickMinor?: bigint
}

/** What goes into a new configuration file. */
export interface ConfigPlan {
  readonly roles: readonly ServerRole[]
  readonly name: string
  readonly marketName: string
  readonly currency: string
  readonly demonstration: boolean
  readonly classes: readonly PlannedClass[]
  readonly host: string
  readonly port: number
  readonly publicUrl?: string
  /** PEM files of the TLS server. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly authority: string
  readonly root: string
  readonly data: string
}

/** TOML strings are escaped as JSON's are. */
const quoted = (text: string): string => JSON.stringify(text)

/** A configuration that runs as it is, and says what each member is for. */
export function configTemplate(plan: ConfigPlan): string {
  return [node(plan), market(plan), ...plan.roles.map((role) => ROLE_SECTIONS[role](plan))].join('\n')
}

function node({ data, host, port, publicUrl, tls, demonstration }: ConfigPlan): string {
  return `# Configuration of a Kabuken node. Start it with: kabuken node --config THIS_FILE

[node]
# Keys and databases, relative to this file. Back this folder up; keep it to yourself.
data = ${quoted(data)}
# Where it listens. Plain sockets are for the loopback address only, unless allowPlain says otherwise.
host = ${quoted(host)}
port = ${port}
# Under which address others reach it.
${publicUrl === undefined ? '# publicUrl = "wss://kabuken.example:7400"' : `publicUrl = ${quoted(publicUrl)}`}
# Behind something that encrypts (a reverse proxy), a public address can be served without TLS.
# allowPlain = true
# Behind it everybody has one address: the sockets that one address may hold at once, of 4096 in all.
# connectionsPerAddress = 256
# Certificate chain and key of the TLS server, PEM.
${tls === undefined ? '# tls = { certificate = "tls.crt", key = "tls.key" }' : `tls = { certificate = ${quoted(tls.certificate)}, key = ${quoted(tls.key)} }`}
# Where other nodes have TLS certificates of a private authority, its certificate (PEM) goes into NODE_EXTRA_CA_CERTS.
# Web pages that may open sockets here.
# allowedOrigins = ["https://wallet.example"]
# trace, debug, info, warn, error or silent; one JSON object a line on standard error.
logLevel = "info"
# How often the market's description and revocation lists are fetched. A revoked member is refused after this at the latest.
refreshSeconds = ${demonstration ? 2 : 20}
`
}

function market({ authority, root }: ConfigPlan): string {
  return `[market]
authority = ${quoted(authority)}
# Fingerprint of the market's root certificate. Whoever joins compares it.
root = ${quoted(root)}
`
}

const ROLE_SECTIONS: Readonly<Record<ServerRole, (plan: ConfigPlan) => string>> = {
  authority: ({ name, marketName, currency, demonstration }) => `[roles.authority]
name = ${quoted(name)}
marketName = ${quoted(marketName)}
currency = ${quoted(currency)}
# A market for play: wallets say so.
demonstration = ${demonstration}
# A new revocation list comes this often and is good for twice as long.
crlPeriodSeconds = 60

# Who decides on applications: by_hand (kabuken authority approve), invitation (codes only) or automatic.
# Limits stand in the certificates, in minor units of the currency.
[roles.authority.admission.investor]
approval = ${quoted(demonstration ? 'automatic' : 'by_hand')}
orderLimitMinor = "100000000"
dayLimitMinor = "500000000"
`,
  issuer: ({ name, currency, classes }) => `[roles.issuer]
name = ${quoted(name)}

${classes.map((planned) => issuedClass(planned, currency)).join('\n')}`,
  exchange: ({ name, currency, classes }) => `[roles.exchange]
name = ${quoted(name)}

${classes.map((planned) => listing(planned, currency)).join('\n')}`,
  settlement: ({ name, currency }) => `[roles.settlement]
name = ${quoted(name)}
currencies = [${quoted(currency)}]
`,
}

function issuedClass({ security, companyName, incorporatedOn, authorised }: PlannedClass, currency: string): string {
  return `# One block for each class of shares whose register is kept here.
[[roles.issuer.classes]]
companyName = ${quoted(companyName)}
incorporatedOn = ${quoted(incorporatedOn)}
security = ${quoted(security)}
shareClass = "common"
# Never more than this many shares are issued.
authorised = "${authorised}"
currency = ${quoted(currency)}
# none, company_approval or not_transferable
transferRestriction = "none"
`
}

function listing(planned: PlannedClass, currency: string): string {
  const { security, companyName, referencePriceMinor, tickMinor = 1n } = planned
  return `# One block for each class that is traded. Prices are in minor units and multiples of the tick.
[[roles.exchange.listings]]
security = ${quoted(security)}
shareClass = "common"
companyName = ${quoted(companyName)}
currency = ${quoted(currency)}
tickMinor = "${tickMinor}"
lot = "1"
referencePriceMinor = "${referencePriceMinor}"
# How far from the reference price an order may be.
limitPercent = 30
`
}
