/** Digits after the point of a currency (ISO 4217): 0 for JPY, 2 for USD. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** `1,234,567 JPY`, `12.50 USD`. */
export function formatMoney(amountMinor: bigint, currency: string): string {
  const [whole, fraction] = split(amountMinor < 0n ? -amountMinor : amountMinor, currency)
  return `${amountMinor < 0n ? '-' : ''}${formatCount(BigInt(whole))}${fraction} ${currency}`
}

/** For programs, such as spreadsheets: `1234567`, `12.50`. */
export function formatPlainMoney(amountMinor: bigint, currency: string): string {
  const [whole, fraction] = split(amountMinor < 0n ? -amountMinor : amountMinor, currency)
  return `${amountMinor < 0n ? '-' : ''}${whole}${fraction}`
}

/** The part before the point, and the point with what follows it; of an amount that is not negative. */
function split(amountMinor: bigint, currency: string): [whole: string, fraction: string] {
  const digits = currencyDigits(currency)
  const text = amountMinor.toString().padStart(digits + 1, '0')
  const point = text.length - digits
  return [text.slice(0, point), digits === 0 ? '' : `.${text.slice(point)}`]
}

/** `1,234,567` */
export function formatCount(count: bigint): string {
  return count.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',')
}

/** Reads what a person typed, `1,200` or `12.50`, into minor units; undefined when it is no amount of the currency. */
export function readMoney(text: string, currency: string): bigint | undefined {
  const digits = currencyDigits(currency)
  const [, whole, fraction = ''] = /^(\d{1,3}(?:,\d{3})*|\d{1,15})(?:\.(\d+))?$/.exec(text.trim()) ?? []
  if (whole === undefined || fraction.length > digits) return undefined
  return BigInt(whole.replaceAll(',', '') + fraction.padEnd(digits, '0'))
}
