import { contentOf, groupOf, idOf, sharesOf, stateOf, type Act } from './acts.ts'

const COLUMNS = ['at', 'group', 'kind', 'state', 'code', 'security', 'quantity', 'id', 'certificateIds'] as const

/** RFC 4180. Times are RFC 3339 in UTC. */
export function historyCsv(acts: readonly Act[]): string {
  const rows = acts.map((act): readonly string[] => {
    const { security = '', quantity } = sharesOf(act)
    const [kind, code, certificateIds] = kindOf(act)
    const at = new Date(act.at).toISOString()
    return [
      at,
      groupOf(act),
      kind,
      stateOf(act),
      code,
      security,
      String(quantity ?? ''),
      idOf(act),
      certificateIds.join(' '),
    ]
  })
  return [COLUMNS, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

function kindOf(act: Act): readonly [kind: string, code: string, certificateIds: readonly string[]] {
  if (act.kind === 'match') return [`match_${act.completion.side}`, '', []]
  if (act.kind === 'endorsement') return ['endorsement', '', [act.given.certificateId]]
  return [act.entry.summary.kind, act.entry.code ?? '', act.entry.certificateIds]
}

/** A spreadsheet takes a text that begins like a formula for one. */
function cell(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** Everything that the wallet tells of the acts. Counts and amounts are decimal strings, times RFC 3339 in UTC. */
export function historyJson(acts: readonly Act[]): string {
  const told = acts.map((act) => ({ [act.kind]: contentOf(act) }))
  return `${JSON.stringify(told, plain, 2)}\n`
}

const INSTANTS: ReadonlySet<string> = new Set(['at', 'answeredAt', 'validUntil', 'endedAt'])

export function plain(name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  return typeof value === 'number' && INSTANTS.has(name) ? new Date(value).toISOString() : value
}
