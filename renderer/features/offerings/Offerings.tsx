import { ChevronDown, ChevronUp, Megaphone } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { Offering, ShareClassTerms } from '../../../shared/documents/offering.ts'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
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
                  isAlone={offerings.length === 1}
                  shares={classes.find((each) => classKey(each) === classKey(offering))}
                />
              ))
          )
        }
      </Shown>
    </Page>
  )
}

/** In short, and all of it with the form when it is opened; one alone is open. */
function One({
  offering,
  shares,
  isAlone,
}: {
  readonly offering: Offering
  readonly shares: ShareClassTerms | undefined
  readonly isAlone: boolean
}) {
  const { t } = useTranslation()
  const { money, count, dateTime } = useFormats()
  const { companyName, security, shareClass, priceMinor, currency, quantity, subscribed } = offering
  const [now] = useState(() => Date.now())
  const state = stateOf(offering, now)
  const [isOpen, setOpen] = useState(isAlone)
  const whole = useId()
  return (
    <Section title={companyName} actions={<Word tone={TONES[state]}>{t(`offerings.states.${state}`)}</Word>}>
      <p className={css['soft']}>
        {security} · {t(`shareClass.${shareClass}`)}
      </p>
      <Facts
        facts={[
          [t('offerings.price'), <strong key="price">{money(priceMinor, currency)}</strong>],
          state === 'upcoming'
            ? [t('offerings.opens'), dateTime(offering.opensAt)]
            : [t('offerings.closes'), dateTime(offering.closesAt)],
          [
            t('offerings.left'),
            <span key="left">
              {t('offerings.leftOf', { left: count(quantity - subscribed), offered: count(quantity) })}
              <meter
                className={css['meter']}
                aria-hidden="true"
                max={1000}
                value={Number((subscribed * 1000n) / quantity)}
              />
            </span>,
          ],
        ]}
      />
      {!isAlone && (
        <div>
          <Button aria-expanded={isOpen} aria-controls={whole} onPress={() => setOpen(!isOpen)}>
            {isOpen ? <ChevronUp aria-hidden="true" size={18} /> : <ChevronDown aria-hidden="true" size={18} />}
            {t(isOpen ? 'offerings.fold' : state === 'open' ? 'offerings.unfold' : 'offerings.unfoldTerms')}
            <span className={css['spoken']}> {companyName}</span>
          </Button>
        </div>
      )}
      <div id={whole} hidden={!isOpen} className={css['whole']}>
        {isOpen && <Whole offering={offering} shares={shares} isTaken={state === 'open'} />}
      </div>
    </Section>
  )
}

function Whole({
  offering,
  shares,
  isTaken,
}: {
  readonly offering: Offering
  readonly shares: ShareClassTerms | undefined
  readonly isTaken: boolean
}) {
  const { t } = useTranslation()
  const { count, dateTime } = useFormats()
  return (
    <>
      <Facts
        facts={[
          [t('offerings.number'), offering.offeringNumber],
          [
            t('offerings.period'),
            t('offerings.from', { opens: dateTime(offering.opensAt), closes: dateTime(offering.closesAt) }),
          ],
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
      <Facts facts={[[t('offerings.hash'), <code key="hash">{offering.termsHash}</code>]]} />
      {isTaken && <Subscribe offering={offering} />}
    </>
  )
}
