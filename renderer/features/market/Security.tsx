import { SearchX } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import { useAnswer, type Answer } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { BackLink } from '../../ui/BackLink.tsx'
import { Change } from '../../ui/Change.tsx'
import { Choice } from '../../ui/Field.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { Empty, Loading, Note, Failure, Shown, Word } from '../../ui/States.tsx'
import { DepthChart } from './DepthChart.tsx'
import { bookOf, useTrades, useWatched, type Listing } from '../../api/market.ts'
import { Ladder } from './Ladder.tsx'
import css from './Market.module.css'
import { Orders } from './Orders.tsx'
import { PriceChart } from './PriceChart.tsx'
import { firstRange, RANGES, type Range } from './ranges.ts'
import { Stale } from './Stale.tsx'
import { Tape } from './Tape.tsx'
import { Ticket } from './Ticket.tsx'
import { emptyDraft } from './draft.ts'
import { ToCollect } from './ToCollect.tsx'

export function Security({ classKeyText }: { readonly classKeyText: string }) {
  const { t } = useTranslation()
  const listings = useAnswer('market.listings', {})
  const listing =
    listings.state === 'ready' ? listings.value.find((each) => classKey(each) === classKeyText) : undefined
  return (
    <Page
      title={listing?.companyName ?? t('market.title')}
      actions={<BackLink href={pathTo('market')}>{t('market.all')}</BackLink>}
    >
      <Shown answer={listings}>
        {() =>
          listing === undefined ? (
            <Section>
              <Empty icon={SearchX} title={t('market.unknown')} />
            </Section>
          ) : (
            <Trading listing={listing} />
          )
        }
      </Shown>
    </Page>
  )
}

function Trading({ listing: asked }: { readonly listing: Listing }) {
  const { t } = useTranslation()
  const told = useWatched(asked)
  const listing = told.listing ?? asked
  const { currency } = listing
  const book = bookOf(told)
  const [openedAt] = useState(() => Date.now())
  const [chosen, setChosen] = useState<{ readonly range: Range; readonly since: number }>()
  const trades = useTrades(listing, chosen?.since ?? openedAt - RANGES.day.lengthMs, told)
  const range = chosen?.range ?? firstRange(trades.state === 'ready' ? trades.value : [], openedAt)
  const since = chosen?.since ?? openedAt - RANGES[range].lengthMs
  const [draft, setDraft] = useState(emptyDraft)
  const [chart, setChart] = useState<'price' | 'depth'>('price')
  return (
    <>
      <Stale />
      <Prices
        listing={listing}
        lastMinor={book.state === 'ready' ? book.value.lastPriceMinor : undefined}
        isStale={told.staleSince !== undefined}
      />
      <ToCollect listing={listing} />
      <div className={css['desk']}>
        <div className={css['column']}>
          <Section
            title={t('market.charts')}
            actions={
              <>
                <Choice
                  compact
                  label={t('market.chart')}
                  value={chart}
                  options={(['price', 'depth'] as const).map((each) => [each, t(`market.chartKinds.${each}`)] as const)}
                  onChange={setChart}
                />
                {chart === 'price' && (
                  <Choice
                    compact
                    label={t('market.range')}
                    value={range}
                    options={(['hour', 'day', 'month', 'year'] as const).map(
                      (each) => [each, t(`market.ranges.${each}`)] as const,
                    )}
                    onChange={(each) => setChosen({ range: each, since: Date.now() - RANGES[each].lengthMs })}
                  />
                )}
              </>
            }
          >
            {chart === 'depth' ? (
              <Told answer={book}>{(value) => <DepthChart book={value} currency={currency} />}</Told>
            ) : (
              <Told answer={trades}>
                {(value) => <PriceChart trades={value} range={range} since={since} currency={currency} />}
              </Told>
            )}
          </Section>
          <Ticket listing={listing} draft={draft} onDraft={setDraft} />
          <Orders listing={listing} />
        </div>
        <div className={css['column']}>
          <Section title={t('market.book')}>
            <Told answer={book}>
              {(value) => (
                <Ladder
                  book={value}
                  currency={currency}
                  onPrice={(price) => setDraft((before) => ({ ...before, kind: 'limit', price }))}
                />
              )}
            </Told>
          </Section>
          <Section title={t('market.tape')}>
            <Told answer={trades}>{(value) => <Tape trades={value} currency={currency} />}</Told>
          </Section>
        </div>
      </div>
    </>
  )
}

/** What the wallet tells by itself: there is nothing to ask again. */
function Told<Value>({
  answer,
  children,
}: {
  readonly answer: Answer<Value>
  readonly children: (value: Value) => ReactNode
}) {
  if (answer.state === 'loading') return <Loading />
  return answer.state === 'failed' ? <Failure refusal={answer.refusal} /> : children(answer.value)
}

function Prices({
  listing,
  lastMinor,
  isStale,
}: {
  readonly listing: Listing
  readonly lastMinor: bigint | undefined
  readonly isStale: boolean
}) {
  const { t } = useTranslation()
  const { money } = useFormats()
  const { security, shareClass, currency, referencePriceMinor, state } = listing
  return (
    <Section>
      <div className={css['prices']}>
        <div>
          <p className={css['soft']}>
            {security} · {t(`shareClass.${shareClass}`)}{' '}
            {isStale ? (
              <Word tone="warn">{t('market.noConnection')}</Word>
            ) : (
              <Word tone={state === 'trading' ? 'good' : 'warn'}>{t(`market.states.${state}`)}</Word>
            )}
          </p>
          <p className={css['last']}>{lastMinor === undefined ? '–' : money(lastMinor, currency)}</p>
          <p>
            {lastMinor === undefined ? (
              <span className={css['soft']}>{t('market.tapeEmpty')}</span>
            ) : (
              <Change lastMinor={lastMinor} referenceMinor={referencePriceMinor} />
            )}
          </p>
        </div>
        <Facts
          facts={[
            [t('market.reference'), money(referencePriceMinor, currency)],
            [
              t('market.limits'),
              t('market.from', {
                lowest: money(listing.lowerLimitMinor, currency),
                highest: money(listing.upperLimitMinor, currency),
              }),
            ],
          ]}
        />
      </div>
      {state === 'halted' && <Note tone="warn">{t('market.halted')}</Note>}
    </Section>
  )
}
