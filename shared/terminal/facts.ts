import fastStringWidth from 'fast-string-width'

/** What it is called, and what it is. */
export type Fact = readonly [label: string, value: string]

/** One fact a line, the values below one another. Lines without the last line's end. */
export function formatFacts(facts: readonly Fact[]): string {
  const width = Math.max(0, ...facts.map(([label]) => fastStringWidth(label)))
  return facts
    .map(([label, value]) => `  ${label}${' '.repeat(width - fastStringWidth(label))}  ${value}`.trimEnd())
    .join('\n')
}
