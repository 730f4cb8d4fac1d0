import type { IdentityFile } from '../../shared/documents/endorsement.ts'
import type { HandedOver } from './market.ts'

/** How the market's process is told what market to open. */
export interface Opening {
  readonly folder: string
  readonly seed: string
  readonly investors: number
  readonly pace: number
  /** Removed by the market's process if it finds itself alone. */
  readonly temporary: string | undefined
}

/** From the terminal's process to the market's. */
export type Order =
  | { readonly kind: 'welcome' }
  /** `you`: who gets a certificate from a simulated person. */
  | { readonly kind: 'open'; readonly you: IdentityFile | undefined }
  | { readonly kind: 'end'; readonly check: boolean }

/** From the market's process to the terminal's. */
export type Report =
  | { readonly kind: 'ready'; readonly link: string }
  | { readonly kind: 'welcomed' }
  | { readonly kind: 'handed-over'; readonly handedOver: HandedOver }
  | { readonly kind: 'ended'; readonly violations: readonly string[] }
