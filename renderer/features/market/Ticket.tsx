import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import { useCommand } from '../../api/answers.ts'
import { useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Choice, Select, TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import { orderOf, readLimit, readQuantity, readUntil, TIMES, type Draft } from './draft.ts'
import css from './Market.module.css'
import { Preview } from './Preview.tsx'
import type { Listing } from '../../api/market.ts'

interface TicketProps {
  readonly listing: Listing
  readonly draft: Draft
  readonly onDraft: (draft: Draft) => void
}

export function Ticket(props: TicketProps) {
  const { t } = useTranslation()
  const overview = useOverview()
  const wallet = overview.state === 'ready' ? overview.value.wallet : undefined
  const hasAccount = wallet?.accounts.some(
    ({ currency, state }) => currency === props.listing.currency && state === 'open',
  )
  return (
    <Section title={t('market.ticket')}>
      {hasAccount === false ? (
        <Note tone="warn">
          <div className={css['between']}>
            {t('market.needsAccount')}
            <LinkButton href={pathTo('cash')}>{t('market.toCash')}</LinkButton>
          </div>
        </Note>
      ) : (
        <Form {...props} />
      )}
    </Section>
  )
}

function Form({ listing, draft, onDraft }: TicketProps) {
  const { t } = useTranslation()
  const { money, count } = useFormats()
  const [now] = useState(() => Date.now())
  const { run, busy, refusal } = useCommand('orders.place')
  const { side, kind, time } = draft
  const { currency } = listing
  const order = orderOf(draft, listing, now)
  const set = (change: Partial<Draft>): void => onDraft({ ...draft, ...change })
  const place = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (order === undefined) return
    const placed = await run(order)
    if (!placed.ok) return
    announce(t('market.placed', { number: placed.value.receptionNumber }))
    set({ quantity: '' })
  }
  const wrongLimit = t('market.limitWrong', {
    tick: money(listing.tickMinor, currency),
    lowest: money(listing.lowerLimitMinor, currency),
    highest: money(listing.upperLimitMinor, currency),
  })
  return (
    <form className={css['form']} onSubmit={(event) => void place(event)} noValidate>
      <Choice
        label={t('market.buyOrSell')}
        value={side}
        options={(['buy', 'sell'] as const).map((each) => [each, t(`market.sides.${each}`)] as const)}
        onChange={(chosen) => set({ side: chosen })}
      />
      <Choice
        label={t('market.kind')}
        value={kind}
        options={(['limit', 'market'] as const).map((each) => [each, t(`market.kinds.${each}`)] as const)}
        onChange={(chosen) => set({ kind: chosen, time: TIMES[chosen][0] })}
      />
      <p className={css['soft']}>{t(`market.kindWhat.${kind}`)}</p>
      <div className={css['fields']}>
        {kind === 'limit' && (
          <TextField
            label={t('market.limit')}
            inputMode="decimal"
            value={draft.price}
            onChange={(price) => set({ price })}
            isInvalid={draft.price !== '' && readLimit(draft.price, listing) === undefined}
            hint={draft.price !== '' && readLimit(draft.price, listing) === undefined ? wrongLimit : undefined}
          />
        )}
        <TextField
          label={t('market.quantity')}
          inputMode="numeric"
          value={draft.quantity}
          onChange={(quantity) => set({ quantity })}
          isInvalid={draft.quantity !== '' && readQuantity(draft.quantity, listing) === undefined}
          hint={
            draft.quantity !== '' && readQuantity(draft.quantity, listing) === undefined
              ? t('market.quantityWrong', { lot: count(listing.lot) })
              : side === 'sell' && <Sellable listing={listing} />
          }
        />
        <Select
          label={t('market.timeInForce')}
          value={time}
          options={TIMES[kind].map((each) => [each, t(`market.times.${each}`)] as const)}
          onChange={(chosen) => set({ time: chosen })}
        />
        {time === 'good_till_date' && (
          <TextField
            label={t('market.until')}
            type="date"
            value={draft.until}
            onChange={(until) => set({ until })}
            isInvalid={draft.until !== '' && readUntil(draft.until, now) === undefined}
            hint={t('market.untilWrong')}
          />
        )}
      </div>
      {order !== undefined && <Preview order={order} listing={listing} />}
      <div>
        <Button look="main" type="submit" isPending={busy} isDisabled={order === undefined}>
          {side === 'buy' ? t('market.placeBuy') : t('market.placeSell')}
        </Button>
      </div>
      <Refused refusal={refusal} />
    </form>
  )
}

function Sellable({ listing }: { readonly listing: Listing }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const overview = useOverview()
  const holdings = overview.state === 'ready' ? (overview.value.wallet?.holdings ?? []) : []
  const live = holdings.find((each) => classKey(each) === classKey(listing))?.live ?? 0n
  const formatted = t('shares', { count: Number(live), formatted: count(live) })
  return <Covered text={t('market.youHave', { formatted })} />
}
