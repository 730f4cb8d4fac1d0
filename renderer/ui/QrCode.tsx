import { create } from 'qrcode'
import { useMemo } from 'react'
import css from './QrCode.module.css'

/** ISO/IEC 18004 asks for four modules of quiet around the code. */
const QUIET = 4

/** A text as a QR code, dark on white in both themes, as scanners need it. `text` has at most 2,331 bytes; `label` says what it is. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <figure aria-label={label} className={css['code']}>
      <svg aria-hidden="true" viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
        <rect width={size} height={size} fill="#fff" />
        <path d={path} fill="#000" />
      </svg>
    </figure>
  )
}

/** One rectangle for each run of dark modules in a row. */
function drawn(text: string): { readonly size: number; readonly path: string } {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let row = 0; row < modules.size; row += 1)
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue
      const start = column
      while (column + 1 < modules.size && modules.get(row, column + 1) !== 0) column += 1
      path += `M${start + QUIET} ${row + QUIET}h${column + 1 - start}v1h-${column + 1 - start}z`
    }
  return { size: modules.size + 2 * QUIET, path }
}
