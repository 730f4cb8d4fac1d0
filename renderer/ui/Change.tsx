import { useFormats } from '../i18n/format.ts'
import css from './Change.module.css'
import { cls } from './cls.ts'

/** How far the last price is from the reference price. The sign says it as well as the colour. */
export function Change(props: { readonly lastMinor: bigint | undefined; readonly referenceMinor: bigint }) {
  const { change } = useFormats()
  const { lastMinor, referenceMinor } = props
  if (lastMinor === undefined) return '–'
  const by = lastMinor - referenceMinor
  return (
    <span className={cls(css['number'], by > 0n && css['up'], by < 0n && css['down'])}>
      {change(by, referenceMinor)}
    </span>
  )
}
