import type { IssuerView } from '../tables.ts'

/** Digits of each kind of number; what is paged in the order of its numbers has more of them than will ever be used. */
const DIGITS = { TR: 10, RE: 8, AL: 8, OF: 6, ST: 10 } as const

/** `TR-0000000001`: the next number of its kind, without gaps. */
export function drawNumber(view: IssuerView, kind: keyof typeof DIGITS): string {
  return `${kind}-${view.next(kind).toString().padStart(DIGITS[kind], '0')}`
}

/** S58: certificate numbers run through each class by itself, as on paper. */
export function drawCertificateNumber(view: IssuerView, classKey: string): string {
  return view.next(`certificate:${classKey}`).toString().padStart(8, '0')
}
