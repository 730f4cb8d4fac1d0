import { RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useAnswer, type Answer } from '../../api/answers.ts'
import { useAllWatched, useListings, useStaleSince } from '../../api/market.ts'
import { useOverview } from '../../api/overview.ts'
import { openAccountNow } from '../../app/first-run.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Covered, Money } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { Change } from '../../ui/Change.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { Loading, Note, Refused, Shown } from '../../ui/States.tsx'
import { SyncProgress, useSync } from '../../ui/SyncProgress.tsx'
import { AttentionList } from './AttentionList.tsx'
import { Holdings } from './Holdings.tsx'
import css from './Portfolio.module.css'
import { RecentEvents } from './RecentEvents.tsx'
import { PERIODS, usePricesThen, type Period } from './then.ts'
import { changeSince, sumOf, valued, type ChangeSince } from './value.ts'

type OpenWallet = NonNullable<Overview['wallet']>

export default function Portfolio() {
  const { t } = useTranslation()
  const overview = useOverview()
  const sync = useSync('sync')
  return (
    <Page
      title={t('portfolio.title')}
      actions={
        <Button isPending={sync.busy} onPress={() => void sync.start()}>
          <RefreshCw aria-hidden="true" size={18} />
          {sync.busy ? t('action.syncing') : t('action.sync')}
        </Button>
      }
    >
      {sync.busy && <SyncProgress progress={sync.progress} />}
      <Refused refusal={sync.refusal} />
      <Shown answer={overview}>{({ wallet }) => wallet !== undefined && <Opened wallet={wallet} />}</Shown>
    </Page>
  )
}

function Opened({ wallet }: { readonly wallet: OpenWallet }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const currency = wallet.market?.currency ?? ''
  const listings = useListings()
  const listed = listings.state === 'ready' ? listings.value : []
  const held = new Set(wallet.holdings.map(classKey))
  const watched = useAllWatched(listed.filter((listing) => held.has(classKey(listing))))
  const prices = listed.map((listing) => {
    const { listing: told = listing, book } = watched.get(classKey(listing)) ?? {}
    return { ...told, lastPriceMinor: book?.lastPriceMinor }
  })
  const rows = valued(wallet.holdings, prices, currency)
  const [chosen, choose] = useState<{ readonly period: Period; readonly since?: number }>({ period: 'close' })
  const then = usePricesThen(
    rows.flatMap(({ value }) => value?.price ?? []),
    chosen.since,
  )
  const thenMinor = chosen.since === undefined ? undefined : then.state === 'ready' ? then.value : new Map()
  return (
    <>
      <div className={css['top']}>
        <Section
          title={t('portfolio.value')}
          actions={
            rows.length > 0 && (
              <Choice
                compact
                label={t('portfolio.period')}
                value={chosen.period}
                options={(['close', 'week', 'month', 'year'] as const).map(
                  (period) => [period, t(`portfolio.periods.${period}`)] as const,
                )}
                onChange={(period) => {
                  const length = PERIODS[period]
                  choose({ period, ...(length !== undefined && { since: Date.now() - length }) })
                }}
              />
            )
          }
        >
          <Total
            shares={listings.state === 'ready' || rows.length === 0 ? sumOf(rows) : undefined}
            change={chosen.since !== undefined && then.state !== 'ready' ? then : changeSince(rows, thenMinor)}
            since={chosen.since}
            currency={currency}
            hasAccount={wallet.accounts.length > 0}
          />
        </Section>
        <Cash wallet={wallet} />
      </div>
      <AttentionList attention={wallet.attention} />
      <Holdings rows={rows} currency={currency} thenMinor={thenMinor} />
      <RecentEvents />
      {wallet.syncedAt !== undefined && (
        <p className={css['synced']}>{t('portfolio.synced', { time: dateTime(wallet.syncedAt) })}</p>
      )}
    </>
  )
}

interface Worth {
  /** Absent while no price is known. */
  readonly shares: ReturnType<typeof sumOf> | undefined
  /** Of the shares; or that it is still being looked up, or cannot be. */
  readonly change: ChangeSince | Exclude<Answer<never>, { state: 'ready' }>
  /** Against the prices of then; absent: against the reference prices. */
  readonly since: number | undefined
  readonly currency: string
}

function Total({ hasAccount, ...worth }: Worth & { readonly hasAccount: boolean }) {
  return hasAccount ? <TotalWithCash {...worth} /> : <Sum {...worth} cashMinor={0n} />
}

function TotalWithCash(worth: Worth) {
  const statement = useAnswer('cash.statement', {})
  if (statement.state === 'loading') return <Loading />
  if (statement.state === 'failed') return <Sum {...worth} cashMinor={undefined} />
  return <Sum {...worth} cashMinor={statement.value.currency === worth.currency ? statement.value.balanceMinor : 0n} />
}

/** What is not known is not added, and it is said. */
function Sum({ shares, change, since, currency, cashMinor }: Worth & { readonly cashMinor: bigint | undefined }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const staleSince = useStaleSince()
  return (
    <>
      <p className={css['total']}>
        {shares === undefined ? '–' : <Money minor={shares.minor + (cashMinor ?? 0n)} currency={currency} />}
      </p>
      {shares !== undefined && shares.minor > 0n && <Changed change={change} since={since} currency={currency} />}
      <div aria-live="polite" className={css['soft']}>
        {staleSince !== undefined && <p>{t('portfolio.valueStale', { time: dateTime(staleSince) })}</p>}
        <p>{cashMinor === undefined ? t('portfolio.valueNoCash') : t('portfolio.valueWhat')}</p>
      </div>
    </>
  )
}

function Changed({ change, since, currency }: Pick<Worth, 'change' | 'since' | 'currency'>) {
  const { t, i18n } = useTranslation()
  const { moneyChange, date } = useFormats()
  const words = useRefusalWords()
  if ('state' in change)
    return (
      <p aria-live="polite" className={css['soft']}>
        {change.state === 'loading' ? t('portfolio.lookingUp') : words(change.refusal)}
      </p>
    )
  const { minor, thenMinor, without } = change
  const names = new Intl.ListFormat(i18n.language).format(without)
  return (
    <div aria-live="polite">
      {thenMinor > 0n && (
        <p className={css['change']}>
          <Covered text={moneyChange(minor - thenMinor, currency)} />
          <Change lastMinor={minor} referenceMinor={thenMinor} />
          <span className={css['soft']}>
            {since === undefined ? t('portfolio.against') : t('portfolio.againstThen', { date: date(since) })}
          </span>
        </p>
      )}
      {since !== undefined && without.length > 0 && (
        <p className={css['soft']}>{t('portfolio.withoutPrice', { names, date: date(since) })}</p>
      )}
    </div>
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
