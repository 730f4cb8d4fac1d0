/** Digits after the point of a currency (ISO 4217): 0 for JPY, 2 for USD. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
}

/** `1,234,567 JPY`, `12.50 USD`. */
export function formatMoney(amountMinor: bigint, currency: string): string {
  const digits = currencyDigits(currency)
  const sign = amountMinor < 0n ? '-' : ''
  const text = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0')
  const whole = formatCount(BigInt(text.slice(0, text.length - digits)))
  return `${sign}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`} ${currency}`
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
