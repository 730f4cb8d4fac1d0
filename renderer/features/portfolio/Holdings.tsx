import { FileBadge2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered, Money, Shares } from '../../ui/Amount.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty } from '../../ui/States.tsx'
import css from './Portfolio.module.css'
import { Price } from './Price.tsx'
import { sumOf, type ValuedHolding } from './value.ts'

const TENTHS_OF_PERCENT = 1000n

export function Holdings({
  rows,
  currency,
  thenMinor,
}: {
  readonly rows: readonly ValuedHolding[]
  readonly currency: string
  /** The prices that the last ones are compared with, by {@link classKey}; absent: the reference prices. */
  readonly thenMinor: ReadonlyMap<string, bigint> | undefined
}) {
  const { t } = useTranslation()
  const { count, share } = useFormats()
  const { minor: total } = sumOf(rows)
  return (
    <Section title={t('portfolio.holdings')}>
      {rows.length === 0 ? (
        <Empty icon={FileBadge2} title={t('portfolio.holdingsEmpty')}>
          {t('portfolio.holdingsEmptyWhat')}
        </Empty>
      ) : (
        <table aria-label={t('portfolio.holdings')} className={css['table']}>
          <thead>
            <tr>
              <th scope="col">{t('portfolio.security')}</th>
              <th scope="col">{t('portfolio.shares')}</th>
              <th scope="col">{t('portfolio.price')}</th>
              <th scope="col">{t('portfolio.worth')}</th>
              <th scope="col">{t('portfolio.part')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ holding, shares, value }) => (
              <tr key={classKey(holding)}>
                <th scope="row">
                  <span className={css['company']}>{holding.companyName}</span>
                  <span className={css['soft']}>
                    {holding.security} · {t(`shareClass.${holding.shareClass}`)} ·{' '}
                    {t('portfolio.certificates', { count: holding.certificates })}
                  </span>
                </th>
                <td data-label={t('portfolio.shares')}>
                  <span>
                    <Shares quantity={shares} />
                    {holding.pending > 0n && (
                      <span className={css['soft']}>
                        <Covered text={t('portfolio.pending', { formatted: count(holding.pending) })} />
                      </span>
                    )}
                  </span>
                </td>
                <td data-label={t('portfolio.price')}>
                  {value === undefined ? (
                    '–'
                  ) : (
                    <Price
                      price={value.price}
                      thenMinor={
                        thenMinor === undefined ? value.price.referencePriceMinor : thenMinor.get(classKey(holding))
                      }
                    />
                  )}
                </td>
                <td data-label={t('portfolio.worth')}>
                  {value === undefined ? '–' : <Money minor={value.minor} currency={currency} />}
                </td>
                <td data-label={t('portfolio.part')}>
                  {value === undefined || total === 0n ? (
                    '–'
                  ) : (
                    <>
                      {share(value.minor, total)}
                      <meter
                        className={css['meter']}
                        aria-hidden="true"
                        max={Number(TENTHS_OF_PERCENT)}
                        value={Number((value.minor * TENTHS_OF_PERCENT) / total)}
                      />
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  )
}
