/** The doc comments of the sources: what a schema's author said about it is said once, there. */

const COMMENT = String.raw`\/\*\*((?:(?!\*\/)[\s\S])*)\*\/`
// A comment at the head of a file stands apart and belongs to nothing.
const EXPORTED = new RegExp(String.raw`(?:${COMMENT}\n)?^export const (\w+)`, 'gm')
const MEMBER = new RegExp(String.raw`${COMMENT}\s*(?:'([\w-]+)'|(\w+))\s*[:,]`, 'g')

export interface SourceComments {
  /** Names of the exported constants in the order of the source. */
  readonly order: readonly string[]
  /** By the name of the exported constant. */
  readonly exported: ReadonlyMap<string, string>
  /** By `constant.member`; a member's comment counts for the exported constant that it stands in. */
  readonly members: ReadonlyMap<string, string>
}

export function readComments(source: string): SourceComments {
  const exported = new Map<string, string>()
  const members = new Map<string, string>()
  const starts = [...source.matchAll(EXPORTED)]
  for (const [index, start] of starts.entries()) {
    const [whole, comment, name = ''] = start
    const words = plain(comment ?? '')
    if (words !== '') exported.set(name, words)
    const body = source.slice(start.index + whole.length, starts[index + 1]?.index)
    for (const [, text = '', quoted, bare] of body.matchAll(MEMBER))
      members.set(`${name}.${quoted ?? bare}`, plain(text))
  }
  return { order: starts.map(([, , name = '']) => name), exported, members }
}

function plain(comment: string): string {
  return (
    comment
      .replaceAll(/^\s*\* ?/gm, '')
      .replaceAll(/\{@link ([^}]+)\}/g, '$1')
      // A tag is for tools and for readers of the source.
      .replaceAll(/@public\b.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim()
  )
}
