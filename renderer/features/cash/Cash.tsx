import { Download, Wallet } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountStatement } from '../../../shared/documents/settlement.ts'
import { statementCsv } from '../../../shared/terminal/statement-csv.ts'
import type { Overview } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered, Money } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { Select } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Empty, Note, Refused, Shown } from '../../ui/States.tsx'
import css from './Cash.module.css'
import { causeOf, type Cause } from './entries.ts'
import { orderOfHold, type Hold } from './holds.ts'

type Account = NonNullable<Overview['wallet']>['accounts'][number]

const DAY_MS = 24 * 60 * 60 * 1000
const PERIODS = { month: 30 * DAY_MS, year: 365 * DAY_MS, all: undefined } as const
type Period = keyof typeof PERIODS

export default function Cash() {
  const { t } = useTranslation()
  const overview = useOverview()
  return (
    <Page title={t('cash.title')}>
      <Shown answer={overview}>
        {({ wallet }) => wallet !== undefined && <Accounts accounts={wallet.accounts} market={wallet.market} />}
      </Shown>
    </Page>
  )
}

function Accounts({
  accounts,
  market,
}: {
  readonly accounts: readonly Account[]
  readonly market: NonNullable<Overview['wallet']>['market']
}) {
  const { t } = useTranslation()
  const [chosen, choose] = useState<string>()
  const account = accounts.find(({ currency }) => currency === chosen) ?? accounts[0]
  if (account === undefined) return <NoAccount currency={market?.currency ?? ''} />
  return (
    <>
      {accounts.length > 1 && (
        <Select
          label={t('cash.which')}
          value={account.currency}
          options={accounts.map(({ currency }) => [currency, currency] as const)}
          onChange={choose}
        />
      )}
      {account.state === 'opening' ? (
        <Note tone="warn">{t('cash.opening')}</Note>
      ) : (
        <Account key={account.currency} account={account} />
      )}
    </>
  )
}

function NoAccount({ currency }: { readonly currency: string }) {
  const { t } = useTranslation()
  const { run, busy, refusal } = useCommand('cash.openAccount')
  const open = async (): Promise<void> => {
    const opened = await run({ currency })
    if (opened.ok) announce(t('cash.opened'))
  }
  return (
    <Section>
      <Empty
        icon={Wallet}
        title={t('cash.noAccount')}
        action={
          <Button look="main" isPending={busy} onPress={() => void open()}>
            {t('cash.open')}
          </Button>
        }
      >
        {t('cash.noAccountWhat')}
      </Empty>
      <Refused refusal={refusal} />
    </Section>
  )
}

function Account({ account: { currency, accountEnding } }: { readonly account: Account }) {
  const { t } = useTranslation()
  const statement = useAnswer('cash.statement', { currency })
  return (
    <>
      <Section title={t('cash.account')}>
        <p className={css['soft']}>{t('cash.number', { currency, ending: accountEnding })}</p>
        <Shown answer={statement}>
          {({ balanceMinor, availableMinor, heldMinor }) => (
            <Facts
              facts={[
                [t('cash.balance'), <Sum key="balance" minor={balanceMinor} currency={currency} />],
                [t('cash.available'), <Sum key="available" minor={availableMinor} currency={currency} />],
                [t('cash.held'), <Sum key="held" minor={heldMinor} currency={currency} />],
              ]}
            />
          )}
        </Shown>
      </Section>
      {statement.state === 'ready' && (
        <>
          <Holds holds={statement.value.holds.filter(({ amountMinor }) => amountMinor > 0n)} currency={currency} />
          <Entries statement={statement.value} />
        </>
      )}
    </>
  )
}

function Sum(props: { readonly minor: bigint; readonly currency: string }) {
  return (
    <span className={css['sum']}>
      <Money {...props} />
    </span>
  )
}

function Holds({ holds, currency }: { readonly holds: readonly Hold[]; readonly currency: string }) {
  const { t } = useTranslation()
  const { dateTime, count } = useFormats()
  const orders = useAnswer('orders.list', {})
  const statuses = orders.state === 'ready' ? orders.value.flatMap(({ status }) => status ?? []) : []
  return (
    <Section title={t('cash.holds')}>
      {holds.length === 0 ? (
        <p className={css['soft']}>{t('cash.holdsEmpty')}</p>
      ) : (
        <>
          <p className={css['soft']}>{t('cash.holdsWhat')}</p>
          <ul className={css['rows']}>
            {holds.map((hold) => {
              const order = orderOfHold(hold, statuses)
              return (
                <li key={hold.holdId}>
                  <span className={css['grow']}>
                    {order === undefined ? (
                      t('cash.forAnOrder')
                    ) : (
                      <Covered
                        text={t('cash.forOrder', {
                          number: order.receptionNumber,
                          quantity: count(order.quantity),
                          security: order.security,
                        })}
                      />
                    )}
                    <span className={css['soft']}>{t('cash.since', { time: dateTime(hold.placedAt) })}</span>
                  </span>
                  <Money minor={hold.amountMinor} currency={currency} />
                </li>
              )
            })}
          </ul>
        </>
      )}
    </Section>
  )
}

function Entries({ statement }: { readonly statement: AccountStatement }) {
  const { t } = useTranslation()
  const { dateTime, moneyChange } = useFormats()
  const [period, setPeriod] = useState<Period>('month')
  const [now] = useState(() => Date.now())
  const completions = useAnswer('orders.completions', {})
  const requests = useAnswer('history.list', {})
  const { currency } = statement
  const length = PERIODS[period]
  const entries = statement.entries.filter(({ at }) => length === undefined || at >= now - length).toReversed()
  const save = (): void =>
    saveFile({
      fileName: `kabuken-${currency}-${new Date().toISOString().slice(0, 10)}.csv`,
      text: statementCsv({ currency, entries: entries.toReversed() }),
    })
  return (
    <Section
      title={t('cash.entries')}
      actions={
        <Button isDisabled={entries.length === 0} onPress={save}>
          <Download aria-hidden="true" size={18} />
          {t('cash.csv')}
        </Button>
      }
    >
      <Select
        label={t('cash.period')}
        value={period}
        options={(['month', 'year', 'all'] as const).map((each) => [each, t(`cash.periods.${each}`)] as const)}
        onChange={setPeriod}
      />
      {entries.length === 0 ? (
        <p className={css['soft']}>{t('cash.entriesEmpty')}</p>
      ) : (
        <table aria-label={t('cash.entries')} className={css['table']}>
          <thead>
            <tr>
              <th scope="col">{t('cash.when')}</th>
              <th scope="col">{t('cash.what')}</th>
              <th scope="col">{t('cash.amount')}</th>
              <th scope="col">{t('cash.balance')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry) => {
              const { sequence, at, kind, creditMinor, debitMinor, balanceMinor, reference, remark } = entry
              const cause = causeOf(
                entry,
                completions.state === 'ready' ? completions.value : [],
                requests.state === 'ready' ? requests.value : [],
              )
              return (
                <tr key={sequence.toString()}>
                  <td data-label={t('cash.when')}>{dateTime(at)}</td>
                  <td data-label={t('cash.what')}>
                    <span>
                      {t(`cash.kinds.${kind}`)}
                      <span className={css['soft']}>
                        {cause === undefined ? (remark ?? reference) : <Paid cause={cause} />}
                      </span>
                    </span>
                  </td>
                  <td data-label={t('cash.amount')} className={creditMinor > 0n ? css['credit'] : undefined}>
                    <Covered text={moneyChange(creditMinor - debitMinor, currency)} />
                  </td>
                  <td data-label={t('cash.balance')}>
                    <Money minor={balanceMinor} currency={currency} />
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </Section>
  )
}

/** In words, and the way to its evidence. */
function Paid({ cause }: { readonly cause: Cause }) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  if (cause.kind === 'subscription') {
    const { security, quantity } = cause.summary
    return (
      <a href={pathTo('history', 'request', cause.requestId)}>
        <Covered text={t('cash.subscribed', { security, quantity: count(quantity) })} />
      </a>
    )
  }
  const { matchNumber, side, security, quantity, priceMinor, currency } = cause.completion
  return (
    <a href={pathTo('history', 'match', matchNumber)}>
      <Covered
        text={t(`cash.traded.${side}`, { security, quantity: count(quantity), price: money(priceMinor, currency) })}
      />
    </a>
  )
}
