import { useTranslation } from 'react-i18next'
import { classKey, type ClassRef } from '../../../shared/documents/fields.ts'
import { useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import css from './Market.module.css'

/** What was bought, and what remained of a sale, lies ready at the issuer. */
export function ToCollect({ listing }: { readonly listing: ClassRef }) {
  const { t } = useTranslation()
  const overview = useOverview()
  const { run, busy, refusal } = useCommand('certificates.collectAll')
  const ready = overview.state === 'ready' ? (overview.value.wallet?.toCollect ?? []) : []
  const count = ready.filter((each) => classKey(each) === classKey(listing)).length
  const collect = async (): Promise<void> => {
    const got = await run({})
    if (got.ok) announce(t('market.collected', { count: got.value.length }))
  }
  if (count === 0 && refusal === undefined) return null
  return (
    <div aria-live="polite">
      {count > 0 && (
        <Note tone="good">
          <div className={css['between']}>
            {t('market.toCollect', { count })}
            <Button isPending={busy} onPress={() => void collect()}>
              {t('market.collect')}
            </Button>
          </div>
        </Note>
      )}
      <Refused refusal={refusal} />
    </div>
  )
}
