import { ChartCandlestick } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import { useAnswer } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import type { ScreenProps } from '../../app/screens.ts'
import { useFormats } from '../../i18n/format.ts'
import { Change } from '../../ui/Change.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { Empty, Shown, Word } from '../../ui/States.tsx'
import { useWatched, type Listing } from '../../api/market.ts'
import css from './Market.module.css'
import { Orders } from './Orders.tsx'
import { Security } from './Security.tsx'
import { Stale } from './Stale.tsx'

/** `#/market` lists what is traded, `#/market/HOSHI:common` shows one of them. */
export default function Market({ parts: [key] }: ScreenProps) {
  return key === undefined ? <Securities /> : <Security key={key} classKeyText={key} />
}

function Securities() {
  const { t } = useTranslation()
  const listings = useAnswer('market.listings', {})
  return (
    <Page title={t('market.title')}>
      <Stale />
      <Section>
        <Shown answer={listings}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty icon={ChartCandlestick} title={t('market.empty')}>
                {t('market.emptyWhat')}
              </Empty>
            ) : (
              <table aria-label={t('market.title')} className={css['listings']}>
                <thead>
                  <tr>
                    <th scope="col">{t('market.security')}</th>
                    <th scope="col">{t('market.last')}</th>
                    <th scope="col">{t('market.change')}</th>
                    <th scope="col">{t('market.bestBid')}</th>
                    <th scope="col">{t('market.bestAsk')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((listing) => (
                    <Row key={classKey(listing)} listing={listing} />
                  ))}
                </tbody>
              </table>
            )
          }
        </Shown>
      </Section>
      <Orders />
    </Page>
  )
}

function Row({ listing }: { readonly listing: Listing }) {
  const { t } = useTranslation()
  const { money } = useFormats()
  const { book, listing: told = listing } = useWatched(listing)
  const { security, shareClass, companyName, currency, referencePriceMinor, state } = told
  const price = (minor: bigint | undefined): string => (minor === undefined ? '–' : money(minor, currency))
  return (
    <tr>
      <th scope="row">
        <a href={pathTo('market', classKey(listing))} className={css['company']}>
          {companyName}
        </a>
        <span className={css['soft']}>
          {security} · {t(`shareClass.${shareClass}`)}
        </span>
        {state === 'halted' && <Word tone="warn">{t('market.states.halted')}</Word>}
      </th>
      <td data-label={t('market.last')}>{price(book?.lastPriceMinor)}</td>
      <td data-label={t('market.change')}>
        <Change lastMinor={book?.lastPriceMinor} referenceMinor={referencePriceMinor} />
      </td>
      <td data-label={t('market.bestBid')}>{price(book?.bids[0]?.priceMinor)}</td>
      <td data-label={t('market.bestAsk')}>{price(book?.asks[0]?.priceMinor)}</td>
    </tr>
  )
}
