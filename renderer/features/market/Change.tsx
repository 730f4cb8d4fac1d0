import { useFormats } from '../../i18n/format.ts'
import { cls } from '../../ui/cls.ts'
import css from './Market.module.css'

/** How far the last price is from the reference price. */
export function Change(props: { readonly lastMinor: bigint | undefined; readonly referenceMinor: bigint }) {
  const { share } = useFormats()
  const { lastMinor, referenceMinor } = props
  if (lastMinor === undefined) return '–'
  const change = lastMinor - referenceMinor
  return (
    <span className={cls(change > 0n && css['up'], change < 0n && css['down'])}>
      {change > 0n && '+'}
      {share(change, referenceMinor)}
    </span>
  )
}
