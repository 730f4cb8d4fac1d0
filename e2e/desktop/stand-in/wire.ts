/** Between a test and the application that it runs: Node's own channel to a child. */
export type ToTest =
  /** Something of Electron was called that the stand-in only notes. */
  | { readonly kind: 'called'; readonly name: string; readonly values: readonly unknown[] }
  /** A dialog is on the screen. */
  | { readonly kind: 'dialog'; readonly id: number; readonly name: string; readonly options: DialogOptions }
  | { readonly kind: 'dialog-gone'; readonly id: number }
  | { readonly kind: 'window'; readonly targetId: string; readonly options: Readonly<Record<string, unknown>> }
  /** What a page asked for and did not get, or got. */
  | {
      readonly kind: 'asked'
      readonly what: 'navigation' | 'window' | 'request'
      readonly url: string
      readonly isAllowed: boolean
    }

export interface DialogOptions {
  readonly title?: string
  readonly message?: string
  readonly detail?: string
  readonly buttons?: readonly string[]
  readonly defaultId?: number
  readonly cancelId?: number
}

export type ToApplication =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  /** An event of `app`. */
  | { readonly kind: 'emit'; readonly event: string; readonly values: readonly unknown[] }
  | { readonly kind: 'click'; readonly label: string }
  /** A window that the application did not mean to open, with the preload of its own. */
  | { readonly kind: 'stray-window'; readonly url: string }

export function tellTest(message: ToTest): void {
  process.send?.(message)
}

/** Functions and what refers to itself do not cross; they are named. */
export function told(value: unknown, depth = 0): unknown {
  if (typeof value === 'function') return '(function)'
  if (typeof value === 'bigint' || typeof value === 'symbol') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 6) return '(deep)'
  if (Array.isArray(value)) return value.map((item) => told(item, depth + 1))
  if (value instanceof Error) return value.message
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, told(member, depth + 1)]))
}
