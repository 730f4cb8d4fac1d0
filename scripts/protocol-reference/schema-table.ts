/** Turns the schemas of messages and documents into the tables that a reader of the protocol needs. */
import { z } from 'zod'

/** The inside of a schema, as far as it is walked here (zod 4: `_zod.def`). */
interface Inside {
  readonly type: string
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly options?: readonly z.ZodType[]
  readonly discriminator?: string
  readonly element?: z.ZodType
  readonly innerType?: z.ZodType
  readonly valueType?: z.ZodType
  readonly values?: readonly unknown[]
}

/** How a schema is called where it has a name of its own: a form, or a document with its heading. */
export type NameOf = (schema: z.ZodType) => string | undefined

export interface Row {
  /** `ground.transferNumber`, `pairs[].userId`. */
  readonly path: string
  readonly optional: boolean
  readonly form: string
  /** When the member is there at all: `ground.kind` is `transfer`. */
  readonly condition: string
}

export function inside(schema: z.ZodType): Inside {
  return schema._zod.def as unknown as Inside
}

export function unwrap(schema: z.ZodType): { readonly schema: z.ZodType; readonly optional: boolean } {
  const { type, innerType } = inside(schema)
  return type === 'optional' && innerType !== undefined
    ? { schema: innerType, optional: true }
    : { schema, optional: false }
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``

function bounds(least: number | undefined, most: number | undefined, what: string): string {
  const far = most === undefined || most >= Number.MAX_SAFE_INTEGER
  const low = least === undefined || least <= -Number.MAX_SAFE_INTEGER
  if (far) return low || least === 0 ? '' : `, at least ${least}${what}`
  return least === undefined || low || least === 0 ? `, at most ${most}${what}` : `, ${least} to ${most}${what}`
}

/** What stands on the wire for a schema without a name of its own. */
function wireForm(schema: z.ZodType): string {
  const { type, pattern, minLength, maxLength, minimum, maximum } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
  })
  if (type === 'boolean') return 'true or false'
  if (type === 'integer') return `integer${bounds(minimum, maximum, '')}`
  if (type !== 'string') return 'any value'
  return `text${pattern === undefined ? '' : ` ${code(pattern)}`}${bounds(minLength, maxLength, ' characters')}`
}

/** The form in one cell. `object` and `one of` stand for rows that follow. */
export function formOf(schema: z.ZodType, nameOf: NameOf): string {
  const name = nameOf(schema)
  if (name !== undefined) return name
  const def = inside(schema)
  switch (def.type) {
    case 'optional':
      return formOf(def.innerType as z.ZodType, nameOf)
    case 'enum': {
      const values = (schema as unknown as { readonly options: readonly string[] }).options
      return values.map(code).join(', ')
    }
    case 'literal':
      return (def.values ?? []).map((value) => code(String(value))).join(', ')
    case 'array': {
      const { minItems, maxItems } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
      return `list of ${formOf(def.element as z.ZodType, nameOf)}${bounds(minItems, maxItems, '')}`
    }
    case 'object':
      return 'object'
    case 'record':
      return `object of ${formOf(def.valueType as z.ZodType, nameOf)} by name`
    case 'union':
      return def.discriminator === undefined
        ? (def.options ?? []).map((option) => formOf(option, nameOf)).join(' or ')
        : `one of, by ${code(def.discriminator)}`
    default:
      return wireForm(schema)
  }
}

/** One row for each member, nested ones with their path. */
export function rowsOf(schema: z.ZodType, nameOf: NameOf, prefix = ''): readonly Row[] {
  const def = inside(schema)
  if (def.type === 'union' && def.discriminator !== undefined) return unionRows(def, nameOf, prefix)
  return Object.entries(def.shape ?? {}).flatMap(([name, member]) => memberRows(member, nameOf, `${prefix}${name}`))
}

function memberRows(member: z.ZodType, nameOf: NameOf, path: string): readonly Row[] {
  const { schema, optional } = unwrap(member)
  const own: Row = { path, optional, form: formOf(schema, nameOf), condition: '' }
  if (nameOf(schema) !== undefined) return [own]
  const { type, element, discriminator } = inside(schema)
  if (type === 'object' || discriminator !== undefined) return [own, ...rowsOf(schema, nameOf, `${path}.`)]
  if (type !== 'array' || element === undefined || nameOf(element) !== undefined) return [own]
  return [own, ...rowsOf(element, nameOf, `${path}[].`)]
}

/** What all alternatives have stands there once; the rest says for which alternative it is. */
function unionRows(def: Inside, nameOf: NameOf, prefix: string): readonly Row[] {
  const { discriminator = '', options = [] } = def
  const valueOf = (option: z.ZodType): string => formOf(inside(option).shape?.[discriminator] as z.ZodType, nameOf)
  const found = new Map<string, { readonly row: Row; readonly values: string[] }>()
  for (const option of options) {
    for (const row of rowsOf(option, nameOf, prefix)) {
      const merged = row.path === prefix + discriminator ? { ...row, form: options.map(valueOf).join(', ') } : row
      const key = JSON.stringify(merged)
      const known = found.get(key)
      if (known === undefined) found.set(key, { row: merged, values: [valueOf(option)] })
      else known.values.push(valueOf(option))
    }
  }
  return [...found.values()].map(({ row, values }) => {
    if (values.length === options.length) return row
    const condition = `only if ${code(prefix + discriminator)} is ${values.join(' or ')}`
    return { ...row, condition: row.condition === '' ? condition : `${condition}, ${row.condition}` }
  })
}
