import { useTranslation } from 'react-i18next'

const DAY_MS = 24 * 60 * 60 * 1000

/** Numbers and dates by Intl in the language of the screen. Amounts come in minor units and are never a floating number. */
export interface Formats {
  readonly money: (minor: bigint, currency: string) => string
  /** The same with its sign, unless it is nothing. */
  readonly moneyChange: (minor: bigint, currency: string) => string
  readonly count: (value: bigint | number) => string
  /** `part` of `whole`, in percent with one decimal. */
  readonly share: (part: bigint, whole: bigint) => string
  /** The same with its sign, unless it is nothing. */
  readonly change: (part: bigint, whole: bigint) => string
  readonly date: (millis: number) => string
  readonly time: (millis: number) => string
  readonly dateTime: (millis: number) => string
  /** A calendar date without a time zone, `2026-11-23`. */
  readonly calendar: (date: string) => string
  /** "in 3 days", "2 hours ago"; `now` because time is an argument. */
  readonly relative: (millis: number, now: number) => string
}

export function formatsFor(language: string): Formats {
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' })
  const dateTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const calendar = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' })
  const count = new Intl.NumberFormat(language)
  const oneDecimal = { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 } as const
  const percent = new Intl.NumberFormat(language, oneDecimal)
  const percentChange = new Intl.NumberFormat(language, { ...oneDecimal, signDisplay: 'exceptZero' })
  const moneyAs = (minor: bigint, currency: string, signDisplay: 'auto' | 'exceptZero'): string => {
    const format = new Intl.NumberFormat(language, { style: 'currency', currency, signDisplay })
    return format.format(decimal(minor, format.resolvedOptions().maximumFractionDigits ?? 0))
  }
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  return {
    money: (minor, currency) => moneyAs(minor, currency, 'auto'),
    moneyChange: (minor, currency) => moneyAs(minor, currency, 'exceptZero'),
    count: (value) => count.format(value),
    share: (part, whole) => percent.format(ratio(part, whole)),
    change: (part, whole) => percentChange.format(ratio(part, whole)),
    date: (millis) => date.format(millis),
    time: (millis) => time.format(millis),
    dateTime: (millis) => dateTime.format(millis),
    calendar: (text) => calendar.format(Date.parse(`${text}T00:00:00.000Z`)),
    relative(millis, now) {
      const distance = millis - now
      for (const [unit, length] of UNITS)
        if (Math.abs(distance) >= length) return relative.format(Math.trunc(distance / length), unit)
      return relative.format(0, 'minute')
    },
  }
}

function ratio(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 10_000n) / whole) / 10_000
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', 60 * 60 * 1000],
  ['minute', 60 * 1000],
] as const

/** 123456n with two digits is "1234.56": Intl takes decimal text of any length exactly. */
function decimal(minor: bigint, digits: number): Intl.StringNumericLiteral {
  const text = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const sign = minor < 0n ? '-' : ''
  const whole = text.slice(0, text.length - digits)
  return `${sign}${whole}${digits === 0 ? '' : `.${text.slice(-digits)}`}` as Intl.StringNumericLiteral
}

const made = new Map<string, Formats>()

export function useFormats(): Formats {
  const { i18n } = useTranslation()
  const known = made.get(i18n.language) ?? formatsFor(i18n.language)
  made.set(i18n.language, known)
  return known
}
