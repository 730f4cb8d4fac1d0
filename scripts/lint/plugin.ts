/** Lint rules of this repository that no ready-made rule expresses; `.oxlintrc.json` loads this file. */
import { isBuiltin } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'
import type { RuleTester } from 'oxlint/plugins-dev'
import { boundaryViolation } from './boundaries.ts'

// The package names no type for a rule of its own; what its rule tester takes is one.
type Rule = Parameters<RuleTester['run']>[1]
type Visitor = ReturnType<NonNullable<Rule['create']>>
type Context = Parameters<NonNullable<Rule['create']>>[0]
type Reported = NonNullable<Parameters<Context['report']>[0]['node']>

function slashed(path: string): string {
  return path.split(sep).join('/')
}

/** `server/main.ts`, `node:fs` or `npm:ws`: the names that the table of boundaries speaks in. */
function targetName(root: string, file: string, specifier: string): string {
  if (specifier.startsWith('.')) return slashed(relative(root, join(dirname(file), specifier)))
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`
  const [scope = '', name] = specifier.split('/')
  return `npm:${scope.startsWith('@') ? `${scope}/${name}` : scope}`
}

const boundaries: Rule = {
  create(context): Visitor {
    const check = (node: Reported, specifier: unknown, dynamic: boolean): void => {
      if (typeof specifier !== 'string') return
      const file = slashed(relative(context.cwd, context.filename))
      const message = boundaryViolation(file, targetName(context.cwd, context.filename, specifier), dynamic)
      if (message !== undefined) context.report({ node, message })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value, false),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, false),
      ExportAllDeclaration: (node) => check(node, node.source.value, false),
      ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : undefined, true),
    }
  },
}

const noPresent: Rule = {
  create: (context): Visitor => ({
    NewExpression(node) {
      const date = node.callee.type === 'Identifier' && node.callee.name === 'Date'
      if (date && node.arguments.length === 0)
        context.report({
          node,
          message: 'Time is an argument here: take the instant from the caller, who asks the Clock.',
        })
    },
  }),
}

const noAsync: Rule = {
  create: (context): Visitor => ({
    ':function[async=true]'(node) {
      context.report({ node, message: 'Decisions are pure: load first, decide here, store afterwards.' })
    },
  }),
}

export default {
  meta: { name: 'kabuken' },
  rules: { boundaries, 'no-present': noPresent, 'no-async': noAsync },
}
