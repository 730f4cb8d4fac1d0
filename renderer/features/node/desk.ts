/** What every part of the desk is given. */
export interface DeskProps {
  /** What follows its name in the address. */
  readonly parts: readonly string[]
  /** Of the market. */
  readonly currency: string
}
