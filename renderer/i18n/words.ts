import type { en } from './en.ts'

export type Words = typeof en

/** The same keys in another language. Languages without a plural leave out `_one`. */
export type Translated<Original> = {
  readonly [Key in keyof Original as Key extends `${string}_one` ? never : Key]: Original[Key] extends string
    ? string
    : Translated<Original[Key]>
}
