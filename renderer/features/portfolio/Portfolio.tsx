import { RefreshCw } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { openAccountNow } from '../../app/first-run.ts'
import { useFormats } from '../../i18n/format.ts'
import { Money } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { Loading, Note, Refused, Shown } from '../../ui/States.tsx'
import { AttentionList } from './AttentionList.tsx'
import { Holdings } from './Holdings.tsx'
import css from './Portfolio.module.css'
import { RecentEvents } from './RecentEvents.tsx'
import { sumOf, valued } from './value.ts'

type OpenWallet = NonNullable<Overview['wallet']>

export default function Portfolio() {
  const { t } = useTranslation()
  const overview = useOverview()
  const sync = useCommand('sync')
  return (
    <Page
      title={t('portfolio.title')}
      actions={
        <Button isPending={sync.busy} onPress={() => void sync.run({})}>
          <RefreshCw aria-hidden="true" size={18} />
          {sync.busy ? t('action.syncing') : t('action.sync')}
        </Button>
      }
    >
      <Refused refusal={sync.refusal} />
      <Shown answer={overview}>{({ wallet }) => wallet !== undefined && <Opened wallet={wallet} />}</Shown>
    </Page>
  )
}

function Opened({ wallet }: { readonly wallet: OpenWallet }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const currency = wallet.market?.currency ?? ''
  const listings = useAnswer('market.listings', {})
  const rows = valued(wallet.holdings, listings.state === 'ready' ? listings.value : [], currency)
  return (
    <>
      <div className={css['top']}>
        <Total sharesMinor={sumOf(rows)} currency={currency} hasAccount={wallet.accounts.length > 0} />
        <Cash wallet={wallet} />
      </div>
      <AttentionList attention={wallet.attention} />
      <Holdings rows={rows} currency={currency} />
      <RecentEvents />
      {wallet.syncedAt !== undefined && (
        <p className={css['synced']}>{t('portfolio.synced', { time: dateTime(wallet.syncedAt) })}</p>
      )}
    </>
  )
}

function Total(props: { readonly sharesMinor: bigint; readonly currency: string; readonly hasAccount: boolean }) {
  const { t } = useTranslation()
  return (
    <Section title={t('portfolio.value')}>
      {props.hasAccount ? (
        <TotalWithCash {...props} />
      ) : (
        <p className={css['total']}>
          <Money minor={props.sharesMinor} currency={props.currency} />
        </p>
      )}
      <p className={css['soft']}>{t('portfolio.valueWhat')}</p>
    </Section>
  )
}

function TotalWithCash({ sharesMinor, currency }: { readonly sharesMinor: bigint; readonly currency: string }) {
  const statement = useAnswer('cash.statement', {})
  if (statement.state === 'loading') return <Loading />
  const cash = statement.state === 'ready' && statement.value.currency === currency ? statement.value.balanceMinor : 0n
  return (
    <p className={css['total']}>
      <Money minor={sharesMinor + cash} currency={currency} />
    </p>
  )
}

function Cash({ wallet }: { readonly wallet: OpenWallet }) {
  const { t } = useTranslation()
  const account = wallet.accounts[0]
  return (
    <Section title={t('portfolio.cash')}>
      {account === undefined && (
        <>
          <p>{t('portfolio.noAccount')}</p>
          <div>
            <Button onPress={openAccountNow}>{t('portfolio.openAccount')}</Button>
          </div>
        </>
      )}
      {account?.state === 'opening' && <Note tone="warn">{t('portfolio.openingAccount')}</Note>}
      {account?.state === 'open' && <Statement />}
    </Section>
  )
}

function Statement() {
  const { t } = useTranslation()
  const statement = useAnswer('cash.statement', {})
  return (
    <Shown answer={statement}>
      {({ balanceMinor, availableMinor, heldMinor, currency }) => (
        <>
          <p className={css['total']}>
            <Money minor={balanceMinor} currency={currency} />
          </p>
          <Facts
            facts={[
              [t('portfolio.available'), <Money key="available" minor={availableMinor} currency={currency} />],
              [t('portfolio.held'), <Money key="held" minor={heldMinor} currency={currency} />],
            ]}
          />
        </>
      )}
    </Shown>
  )
}
