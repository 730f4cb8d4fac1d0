import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../shared/wallet-api/operations.ts'

type Summary = OperationOutput<'history.list'>[number]['summary']
type Side = OperationOutput<'orders.completions'>[number]['side']

/** What signed acts are called, the same on every screen. */
export function useActTitles() {
  const { t } = useTranslation()
  return {
    request: (summary: Summary): string => {
      if (summary.kind === 'reissue') return t(`history.ground.${summary.ground}`)
      if (summary.kind === 'order') return t(`history.order.${summary.side}`)
      return t(`confirm.what.${summary.kind}`)
    },
    match: (side: Side): string => t(`history.match.${side}`),
    endorsement: (): string => t('confirm.what.endorsement'),
  }
}
