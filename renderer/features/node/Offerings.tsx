import { Megaphone } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { Offering, ShareClassTerms } from '../../../shared/documents/offering.ts'
import { readMoney } from '../../../shared/terminal/amount.ts'
import { readShares } from '../../../shared/terminal/typed.ts'
import type { OperationInput } from '../../../shared/wallet-api/operations.ts'
import { useAnswer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Empty, Note, Shown } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import { endOf, oneParagraph } from './draft.ts'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table } from './Table.tsx'

/** The issuer's desk: what is offered, and a new offering (IS1). */
export function Offerings() {
  const { t } = useTranslation()
  const { money, count, date } = useFormats()
  const answer = usePages<'node.issuer.offerings', Offering>('node.issuer.offerings', {}, ({ offerings, more }) => ({
    rows: offerings,
    more,
    next: { after: offerings.at(-1)?.offeringNumber },
  }))
  const first = useAnswer('node.issuer.offerings', {})
  return (
    <>
      <Section title={t('node.offerings.title')}>
        <Shown answer={answer}>
          {({ rows }) =>
            rows.length === 0 ? (
              <Empty icon={Megaphone} title={t('node.offerings.none')}>
                {t('node.offerings.noneWhat')}
              </Empty>
            ) : (
              <Table
                label={t('node.offerings.title')}
                rows={rows.toReversed()}
                keyOf={({ offeringNumber }) => offeringNumber}
                columns={[
                  { title: t('node.offerings.number'), cell: ({ offeringNumber }) => offeringNumber },
                  { title: t('node.offerings.company'), cell: ({ companyName }) => companyName },
                  {
                    title: t('node.offerings.price'),
                    atEnd: true,
                    cell: ({ priceMinor, currency }) => money(priceMinor, currency),
                  },
                  {
                    title: t('node.offerings.subscribed'),
                    atEnd: true,
                    cell: ({ subscribed, quantity }) =>
                      t('node.offerings.of', { subscribed: count(subscribed), quantity: count(quantity) }),
                  },
                  { title: t('node.offerings.closes'), atEnd: true, cell: ({ closesAt }) => date(closesAt) },
                ]}
              />
            )
          }
        </Shown>
      </Section>
      <Shown answer={first}>{({ classes }) => <Offer classes={classes} />}</Shown>
    </>
  )
}

type Form = OperationInput<'node.issuer.offer'>

function Offer({ classes }: { readonly classes: readonly ShareClassTerms[] }) {
  const { t } = useTranslation()
  const { money, count, dateTime } = useFormats()
  const [chosen, choose] = useState('')
  const [price, setPrice] = useState('')
  const [quantity, setQuantity] = useState('')
  const [closes, setCloses] = useState('')
  const [terms, setTerms] = useState('')
  const [asked, ask] = useState<Form>()
  const [isWrong, setWrong] = useState(false)
  const of = classes.find((each) => classKey(each) === chosen) ?? classes[0]
  if (of === undefined) return null
  const { currency, companyName, security, shareClass, authorised, issued } = of
  const read = (): Form | undefined => {
    const priceMinor = readMoney(price, currency)
    const shares = readShares(quantity.trim())
    const closesAt = endOf(closes)
    const text = oneParagraph(terms)
    if (priceMinor === undefined || shares === undefined || shares === 0n || closesAt === undefined) return undefined
    if (closesAt <= Date.now() || text === '') return undefined
    return { security, shareClass, terms: text, priceMinor, quantity: shares, opensAt: Date.now(), closesAt }
  }
  return (
    <Section title={t('node.offerings.new')}>
      <Form
        className={cls(css['form'])}
        onSubmit={(event) => {
          event.preventDefault()
          const form = read()
          setWrong(form === undefined)
          ask(form)
        }}
      >
        <Select
          label={t('node.offerings.shares')}
          value={classKey(of)}
          options={classes.map((each) => [
            classKey(each),
            `${each.companyName} (${each.security}, ${t(`shareClass.${each.shareClass}`)})`,
          ])}
          onChange={choose}
        />
        <p className={css['soft']}>
          {t('node.offerings.left', { issued: count(issued), authorised: count(authorised) })}
        </p>
        <div className={css['pair']}>
          <TextField
            label={t('node.offerings.priceIn', { currency })}
            inputMode="decimal"
            isRequired
            value={price}
            onChange={setPrice}
          />
          <TextField
            label={t('node.offerings.quantity')}
            inputMode="numeric"
            isRequired
            value={quantity}
            onChange={setQuantity}
          />
          <TextField label={t('node.offerings.closesOn')} type="date" isRequired value={closes} onChange={setCloses} />
        </div>
        <TextField
          label={t('node.offerings.terms')}
          hint={t('node.offerings.termsHint')}
          rows={5}
          isRequired
          maxLength={20_000}
          value={terms}
          onChange={setTerms}
        />
        <div role="alert">{isWrong && <Note tone="warn">{t('node.wrong')}</Note>}</div>
        <div className={css['row']}>
          <Button look="main" type="submit">
            {t('node.offerings.look')}
          </Button>
        </div>
      </Form>
      {asked !== undefined && (
        <Ask
          title={t('node.offerings.confirm')}
          what={t('node.offerings.confirmWhat')}
          facts={[
            [t('node.offerings.company'), `${companyName} (${security})`],
            [t('node.offerings.price'), money(asked.priceMinor, currency)],
            [t('node.offerings.quantity'), count(asked.quantity)],
            [t('node.offerings.total'), money(asked.priceMinor * asked.quantity, currency)],
            [t('node.offerings.closes'), dateTime(asked.closesAt)],
            [t('node.offerings.terms'), asked.terms],
          ]}
          action={t('node.offerings.publish')}
          done={t('node.offerings.published')}
          act={async () => {
            const made = await wallet().call('node.issuer.offer', asked)
            if (made.ok) {
              setPrice('')
              setQuantity('')
              setTerms('')
            }
            return made
          }}
          onClose={() => ask(undefined)}
        />
      )}
    </Section>
  )
}
