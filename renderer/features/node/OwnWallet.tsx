import { Wallet } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { Button } from '../../ui/Button.tsx'
import { announce } from '../../ui/notices.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Node.module.css'

/** The wallet beside the node joins its market: the fingerprint need not be compared, it comes from this very machine. */
export function OwnWallet({ link }: { readonly link: string }) {
  const { t } = useTranslation()
  const overview = useOverview()
  const says = useAnswer('market.readLink', { text: link })
  const join = useCommand('market.join')
  if (overview.state !== 'ready' || says.state !== 'ready') return null
  const market = overview.value.wallet?.market
  if (market !== undefined)
    return (
      <span className={css['soft']}>
        {market.rootThumbprint === says.value.root ? t('node.own.member') : t('node.own.other')}
      </span>
    )
  const run = async (): Promise<void> => {
    const joined = await join.run({ link })
    if (!joined.ok) return
    announce(t('node.own.joined', { market: joined.value.marketName }))
    window.location.hash = pathTo('')
  }
  return (
    <>
      <Button isPending={join.busy} onPress={() => void run()}>
        <Wallet aria-hidden="true" size={18} />
        {t('node.own.join')}
      </Button>
      <Refused refusal={join.refusal} />
    </>
  )
}
