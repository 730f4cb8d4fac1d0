import { useTranslation } from 'react-i18next'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import type { Completion } from './acts.ts'

/** [TR9] While the exchange is not known to have had the sale paid, the seller can demand the money with the notice. */
export function Claim({ completion: { matchNumber, receptionNumber, side } }: { readonly completion: Completion }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const orders = useAnswer('orders.list', {})
  const { run, busy, refusal } = useCommand('orders.claim')
  if (side === 'buy' || orders.state !== 'ready') return null
  const status = orders.value.find((order) => order.receptionNumber === receptionNumber)?.status
  const isPaid =
    status?.matches.some((match) => match.matchNumber === matchNumber && match.state === 'settled') ?? false
  const claim = async (): Promise<void> => {
    const paid = await run({ matchNumber })
    if (paid.ok) announce(t('history.claim.done', { time: dateTime(paid.value.settledAt) }))
  }
  return (
    <Section title={t('history.claim.title')}>
      {isPaid ? (
        <Note tone="good">{t('history.claim.paid')}</Note>
      ) : (
        <>
          <p>{t('history.claim.what')}</p>
          <div>
            <Button isPending={busy} onPress={() => void claim()}>
              {t('history.claim.sign')}
            </Button>
          </div>
        </>
      )}
      <Refused refusal={refusal} />
    </Section>
  )
}
