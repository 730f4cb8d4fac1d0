/** Class names of CSS modules, those that are there, in one text. */
export function cls(...names: readonly (string | false | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
