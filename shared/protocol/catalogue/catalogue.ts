import type { z } from 'zod'
import type { Operation } from '../operation.ts'
import { authorityOperations } from './authority.ts'
import { exchangeOperations } from './exchange.ts'
import { issuerOperations } from './issuer.ts'
import { settlementOperations } from './settlement.ts'

/** Every operation of every server role. Names on the wire are `<role>.<operation>`. */
export const catalogue = {
  authority: authorityOperations,
  issuer: issuerOperations,
  exchange: exchangeOperations,
  settlement: settlementOperations,
} as const

export type ServerRole = keyof typeof catalogue

type Catalogue = typeof catalogue
/** `exchange.order`, `issuer.issue`, ... */
export type OperationName = {
  [Role in ServerRole]: `${Role}.${Extract<keyof Catalogue[Role], string>}`
}[ServerRole]

type OperationOf<Name extends OperationName> = Name extends `${infer Role extends ServerRole}.${infer Rest}`
  ? Rest extends keyof Catalogue[Role]
    ? Catalogue[Role][Rest]
    : never
  : never

/** Memory form of the body of a request. */
export type RequestBody<Name extends OperationName> =
  OperationOf<Name> extends Operation<infer Request> ? z.output<Request> : never

/** Memory form of the body of a reply. */
export type ReplyBody<Name extends OperationName> =
  OperationOf<Name> extends Operation<z.ZodType, infer Reply> ? z.output<Reply> : never

/** Undefined for a name that is not in the catalogue. */
export function findOperation(name: string): Operation | undefined {
  const dot = name.indexOf('.')
  const role = name.slice(0, dot)
  const rest = name.slice(dot + 1)
  if (!Object.hasOwn(catalogue, role)) return undefined
  const operations: Readonly<Record<string, Operation>> = catalogue[role as ServerRole]
  return Object.hasOwn(operations, rest) ? operations[rest] : undefined
}

export function operationNamed(name: OperationName): Operation {
  const operation = findOperation(name)
  if (operation === undefined) throw new Error(`not in the catalogue: ${name}`)
  return operation
}
