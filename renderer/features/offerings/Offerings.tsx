import { Megaphone } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { Offering, ShareClassTerms } from '../../../shared/documents/offering.ts'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { Empty, Shown, Word } from '../../ui/States.tsx'
import css from './Offerings.module.css'
import { stateOf } from './state.ts'
import { Subscribe } from './Subscribe.tsx'

const TONES = { upcoming: 'warn', open: 'good', closed: 'calm', sold: 'calm' } as const

export default function Offerings() {
  const { t } = useTranslation()
  const answer = useAnswer('offerings.list', {})
  return (
    <Page title={t('offerings.title')}>
      <Shown answer={answer}>
        {({ offerings, classes }) =>
          offerings.length === 0 ? (
            <Section>
              <Empty icon={Megaphone} title={t('offerings.empty')}>
                {t('offerings.emptyWhat')}
              </Empty>
            </Section>
          ) : (
            offerings
              .toSorted((a, b) => a.closesAt - b.closesAt)
              .map((offering) => (
                <One
                  key={offering.offeringNumber}
                  offering={offering}
                  shares={classes.find((each) => classKey(each) === classKey(offering))}
                />
              ))
          )
        }
      </Shown>
    </Page>
  )
}

function One({ offering, shares }: { readonly offering: Offering; readonly shares: ShareClassTerms | undefined }) {
  const { t } = useTranslation()
  const { money, count, dateTime } = useFormats()
  const { companyName, security, shareClass, priceMinor, currency, quantity, subscribed } = offering
  const [now] = useState(() => Date.now())
  const state = stateOf(offering, now)
  return (
    <Section title={companyName} actions={<Word tone={TONES[state]}>{t(`offerings.states.${state}`)}</Word>}>
      <p className={css['soft']}>
        {security} · {t(`shareClass.${shareClass}`)}
      </p>
      <Facts
        facts={[
          [t('offerings.price'), <strong key="price">{money(priceMinor, currency)}</strong>],
          [
            t('offerings.period'),
            t('offerings.from', { opens: dateTime(offering.opensAt), closes: dateTime(offering.closesAt) }),
          ],
          [t('offerings.offered'), count(quantity)],
          [
            t('offerings.left'),
            <span key="left">
              {count(quantity - subscribed)}
              <meter
                className={css['meter']}
                aria-hidden="true"
                max={1000}
                value={Number((subscribed * 1000n) / quantity)}
              />
            </span>,
          ],
          [t('offerings.number'), offering.offeringNumber],
          ...(shares === undefined
            ? []
            : [
                [
                  t('offerings.authorised'),
                  t('offerings.issued', { issued: count(shares.issued), authorised: count(shares.authorised) }),
                ] as const,
              ]),
        ]}
      />
      <div>
        <h3 className={css['heading']}>{t('offerings.terms')}</h3>
        <p className={css['terms']}>{offering.terms}</p>
      </div>
      {offering.classTerms !== undefined && (
        <div>
          <h3 className={css['heading']}>{t('offerings.rights')}</h3>
          <p className={css['terms']}>{offering.classTerms}</p>
        </div>
      )}
      <p className={css['soft']}>
        {t('offerings.hash')}: <code>{offering.termsHash}</code>
      </p>
      {state === 'open' && <Subscribe offering={offering} />}
    </Section>
  )
}
