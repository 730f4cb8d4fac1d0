import { Landmark } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountEntry } from '../../../shared/documents/settlement.ts'
import { readMoney } from '../../../shared/terminal/amount.ts'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { wallet } from '../../api/wallet.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Money } from '../../ui/Amount.tsx'
import { BackLink } from '../../ui/BackLink.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Note, Shown } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import type { DeskProps } from './desk.ts'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table } from './Table.tsx'

type Account = OperationOutput<'node.settlement.accounts'>['accounts'][number]
type Direction = 'deposit' | 'withdraw'

/** The settlement server's desk: whose money is there, what the bank took in and paid out (SE2, SE5). */
export function Accounts({ parts: [userId, currency] }: DeskProps) {
  return userId === undefined || currency === undefined ? <All /> : <Statement userId={userId} currency={currency} />
}

function All() {
  const { t } = useTranslation()
  const [moved, move] = useState<{ readonly account: Account; readonly direction: Direction }>()
  const answer = usePages<'node.settlement.accounts', Account>(
    'node.settlement.accounts',
    {},
    ({ accounts, more }) => ({
      rows: accounts,
      more,
      next: { after: accounts.at(-1)?.userId },
    }),
  )
  return (
    <Section title={t('node.accounts.title')}>
      <Shown answer={answer}>
        {({ rows, more }) =>
          rows.length === 0 ? (
            <Empty icon={Landmark} title={t('node.accounts.none')}>
              {t('node.accounts.noneWhat')}
            </Empty>
          ) : (
            <>
              <Table
                label={t('node.accounts.title')}
                rows={rows}
                keyOf={({ userId, currency }) => `${userId} ${currency}`}
                columns={[
                  {
                    title: t('node.accounts.holder'),
                    cell: ({ name, userId }) => (
                      <>
                        {name} <span className={css['soft']}>{userId}</span>
                      </>
                    ),
                  },
                  { title: t('node.accounts.number'), cell: ({ accountEnding }) => `…${accountEnding}` },
                  {
                    title: t('node.accounts.balance'),
                    atEnd: true,
                    cell: ({ balanceMinor, currency }) => <Money minor={balanceMinor} currency={currency} />,
                  },
                  {
                    title: t('node.accounts.held'),
                    atEnd: true,
                    cell: ({ heldMinor, currency }) => <Money minor={heldMinor} currency={currency} />,
                  },
                  {
                    title: t('node.members.action'),
                    atEnd: true,
                    cell: (account) => (
                      <span className={css['actions']}>
                        {(['deposit', 'withdraw'] as const).map((direction) => (
                          <Button
                            key={direction}
                            look="quiet"
                            aria-label={t(`node.accounts.${direction}Whom`, { name: account.name })}
                            onPress={() => move({ account, direction })}
                          >
                            {t(`node.accounts.${direction}`)}
                          </Button>
                        ))}
                        <LinkButton look="quiet" href={pathTo('node', 'accounts', account.userId, account.currency)}>
                          {t('node.accounts.statement')}
                        </LinkButton>
                      </span>
                    ),
                  },
                ]}
              />
              {more && <Note tone="warn">{t('node.more')}</Note>}
            </>
          )
        }
      </Shown>
      {moved !== undefined && <Move {...moved} onClose={() => move(undefined)} />}
    </Section>
  )
}

function Move({
  account: { userId, name, currency, balanceMinor },
  direction,
  onClose,
}: {
  readonly account: Account
  readonly direction: Direction
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const { money } = useFormats()
  const [typed, setTyped] = useState('')
  const [reference, setReference] = useState('')
  const [remark, setRemark] = useState('')
  const amountMinor = readMoney(typed, currency)
  const isAmount = amountMinor !== undefined && amountMinor > 0n
  const amount = isAmount ? money(amountMinor, currency) : ''
  return (
    <Ask
      title={t(`node.accounts.${direction}Whom`, { name })}
      what={t(`node.accounts.${direction}What`)}
      facts={[
        [t('node.accounts.holder'), `${name} (${userId})`],
        [t('node.accounts.balance'), <Money key="balance" minor={balanceMinor} currency={currency} />],
      ]}
      action={isAmount ? t(`node.accounts.${direction}Now`, { amount }) : t(`node.accounts.${direction}`)}
      done={t(`node.accounts.${direction}Done`, { amount, name })}
      act={
        isAmount
          ? () =>
              wallet().call(`node.settlement.${direction}`, {
                userId,
                currency,
                amountMinor,
                reference: reference.trim(),
                ...(remark.trim() !== '' && { remark: remark.trim() }),
              })
          : undefined
      }
      onClose={onClose}
    >
      <TextField
        label={t('node.accounts.amountIn', { currency })}
        inputMode="decimal"
        isRequired
        value={typed}
        onChange={setTyped}
      />
      <TextField
        label={t('node.accounts.reference')}
        hint={t('node.accounts.referenceHint')}
        isRequired
        maxLength={60}
        value={reference}
        onChange={setReference}
      />
      <TextField label={t('node.accounts.remark')} maxLength={500} value={remark} onChange={setRemark} />
    </Ask>
  )
}

function Statement({ userId, currency }: { readonly userId: string; readonly currency: string }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const answer = usePages<'node.settlement.statement', AccountEntry>(
    'node.settlement.statement',
    { userId, currency },
    ({ entries, more }) => ({ rows: entries, more, next: { userId, currency, after: entries.at(-1)?.sequence } }),
  )
  return (
    <Section
      title={t('node.accounts.statementOf', { userId })}
      actions={<BackLink href={pathTo('node', 'accounts')}>{t('node.accounts.all')}</BackLink>}
    >
      <Shown answer={answer}>
        {({ rows, more }) =>
          rows.length === 0 ? (
            <p className={css['soft']}>{t('node.accounts.empty')}</p>
          ) : (
            <>
              <Table
                label={t('node.accounts.statementOf', { userId })}
                rows={rows.toReversed()}
                keyOf={({ sequence }) => sequence.toString()}
                columns={[
                  { title: t('node.accounts.at'), cell: ({ at }) => dateTime(at) },
                  { title: t('node.accounts.kind'), cell: ({ kind }) => t(`node.accounts.kinds.${kind}`) },
                  { title: t('node.accounts.entryReference'), cell: ({ remark, reference }) => remark ?? reference },
                  {
                    title: t('node.accounts.amount'),
                    atEnd: true,
                    cell: ({ creditMinor, debitMinor }) => (
                      <Money minor={creditMinor - debitMinor} currency={currency} />
                    ),
                  },
                  {
                    title: t('node.accounts.balance'),
                    atEnd: true,
                    cell: ({ balanceMinor }) => <Money minor={balanceMinor} currency={currency} />,
                  },
                ]}
              />
              {more && <Note tone="warn">{t('node.more')}</Note>}
            </>
          )
        }
      </Shown>
    </Section>
  )
}
