import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const rectangle = z.strictObject({
  x: z.number().int(),
  y: z.number().int(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
const windowState = z.strictObject({ bounds: rectangle, isMaximised: z.boolean() })

export type Rectangle = z.output<typeof rectangle>
export type WindowState = z.output<typeof windowState>

/** Device-independent pixels. The screens are made for this width and more. */
export const MIN_SIZE = { width: 360, height: 480 } as const
const FIRST_SIZE = { width: 1200, height: 800 } as const
/** So much of a window must be on a display for a person to take hold of it. */
const HOLD = { width: 120, height: 60 } as const

export interface Place {
  readonly width: number
  readonly height: number
  /** Absent: the system centres it. */
  readonly x?: number
  readonly y?: number
  readonly isMaximised: boolean
}

/** Undefined where nothing was kept yet, or nothing that makes sense. */
export function readWindowState(file: string): WindowState | undefined {
  try {
    const read = windowState.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    return read.success ? read.data : undefined
  } catch {
    return undefined
  }
}

/** At every moment the file holds the old state or the new one. A window's place is not worth a fault: what fails is left. */
export function keepWindowState(file: string, state: WindowState): void {
  const temporary = `${file}.tmp`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(temporary, JSON.stringify(state))
    renameSync(temporary, file)
  } catch {
    // The window opens where the system puts it.
  }
}

/** Where the window opens: as it was left, within the displays that there are now. `workAreas`: the primary display's first. */
export function placeWindow(kept: WindowState | undefined, workAreas: readonly Rectangle[]): Place {
  const size = kept?.bounds ?? FIRST_SIZE
  const isMaximised = kept?.isMaximised ?? false
  const area = kept === undefined ? undefined : workAreas.find((each) => canBeHeld(kept.bounds, each))
  const [primary] = workAreas
  const within = area ?? primary
  const width = clamp(size.width, MIN_SIZE.width, within?.width ?? size.width)
  const height = clamp(size.height, MIN_SIZE.height, within?.height ?? size.height)
  if (kept === undefined || area === undefined) return { width, height, isMaximised }
  const x = clamp(kept.bounds.x, area.x, area.x + area.width - width)
  const y = clamp(kept.bounds.y, area.y, area.y + area.height - height)
  return { x, y, width, height, isMaximised }
}

function canBeHeld(window: Rectangle, area: Rectangle): boolean {
  const across = Math.min(window.x + window.width, area.x + area.width) - Math.max(window.x, area.x)
  const down = Math.min(window.y + window.height, area.y + area.height) - Math.max(window.y, area.y)
  return across >= Math.min(HOLD.width, window.width) && down >= Math.min(HOLD.height, window.height)
}

/** The lower limit wins where a display is smaller than the window may be. */
function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high))
}
