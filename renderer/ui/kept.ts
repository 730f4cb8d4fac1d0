const YEAR_S = 365 * 24 * 60 * 60

/**
 * Two settings are kept where a page can read them before the wallet answers: theme and language. A browser host has another
 * port, and so another origin, each time; cookies do not care about ports.
 */
export function keep(name: 'theme' | 'language', value: string): void {
  if (window.location.protocol === 'http:')
    document.cookie = `kabuken-${name}=${value}; max-age=${YEAR_S}; path=/; samesite=strict`
  else localStorage.setItem(`kabuken-${name}`, value)
}

export function kept<Value extends string>(name: 'theme' | 'language', values: readonly Value[]): Value | undefined {
  const text =
    new RegExp(`(?:^|; )kabuken-${name}=(\\w+)`).exec(document.cookie)?.[1] ?? localStorage.getItem(`kabuken-${name}`)
  return values.find((value) => value === text)
}
