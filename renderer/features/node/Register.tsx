import { BookOpen } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import type { ShareClassTerms } from '../../../shared/documents/offering.ts'
import type { RegisterEntry } from '../../../shared/documents/register-entry.ts'
import { readShares } from '../../../shared/terminal/typed.ts'
import { useAnswer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { CertificateState } from '../../ui/CertificateState.tsx'
import { cls } from '../../ui/cls.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Empty, Note, Shown } from '../../ui/States.tsx'
import { Approve } from './Approve.tsx'
import { Ask } from './Ask.tsx'
import { endOf } from './draft.ts'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table, type Column } from './Table.tsx'

/** The register of shareholders, now or at the end of a day (art. 121), and allotting to one holder (IS5). */
export function Register() {
  const first = useAnswer('node.issuer.offerings', {})
  return (
    <>
      <Holders />
      <Shown answer={first}>{({ classes }) => <Allot classes={classes} />}</Shown>
    </>
  )
}

function Holders() {
  const { t } = useTranslation()
  const { count, date } = useFormats()
  const [day, setDay] = useState('')
  const asOf = day === '' ? undefined : endOf(day)
  const asked = { scope: 'live' as const, ...(asOf !== undefined && { asOf }) }
  const key = day === '' ? 'now' : day
  return (
    <Section title={t('node.register.title')}>
      <div className={css['row']}>
        <TextField label={t('node.register.asOf')} type="date" value={day} onChange={setDay} />
        {day !== '' && <Button onPress={() => setDay('')}>{t('node.register.now')}</Button>}
      </div>
      <Rows key={key} asked={asked} count={count} date={date} />
    </Section>
  )
}

function Rows({
  asked,
  count,
  date,
}: {
  readonly asked: { readonly scope: 'live'; readonly asOf?: number }
  readonly count: (value: bigint) => string
  readonly date: (millis: number) => string
}) {
  const { t } = useTranslation()
  // One instant for all pages, and for what is asked anew.
  const [query] = useState(asked)
  const [approved, approve] = useState<RegisterEntry>()
  const terms = useAnswer('node.issuer.offerings', {})
  const restricted = new Set(
    terms.state === 'ready'
      ? terms.value.classes.filter(({ transferRestriction }) => transferRestriction !== 'none').map(classKey)
      : [],
  )
  // What was in the register on some day is not what can be transferred now.
  const mayApprove = query.asOf === undefined && restricted.size > 0
  const answer = usePages<'node.issuer.register', RegisterEntry>(
    'node.issuer.register',
    query,
    ({ entries, more }) => ({ rows: entries, more, next: { ...query, after: entries.at(-1)?.certificateId } }),
  )
  const approval: Column<RegisterEntry> = {
    title: t('node.members.action'),
    atEnd: true,
    cell: (entry) =>
      restricted.has(classKey(entry)) && (
        <Button
          look="quiet"
          aria-label={t('node.approve.which', { number: entry.certificateNumber })}
          onPress={() => approve(entry)}
        >
          {t('node.approve.begin')}
        </Button>
      ),
  }
  return (
    <Shown answer={answer}>
      {({ rows, more }) =>
        rows.length === 0 ? (
          <Empty icon={BookOpen} title={t('node.register.none')}>
            {t('node.register.noneWhat')}
          </Empty>
        ) : (
          <>
            <Facts
              facts={[
                [t('node.register.holders'), count(BigInt(new Set(rows.map(({ userId }) => userId)).size))],
                [t('node.register.certificates'), count(BigInt(rows.length))],
                [
                  t('node.register.quantity'),
                  <Covered key="sum" text={count(rows.reduce((sum, { quantity }) => sum + quantity, 0n))} />,
                ],
              ]}
            />
            <Table
              label={t('node.register.title')}
              rows={rows}
              keyOf={({ certificateId }) => certificateId}
              columns={[
                {
                  title: t('node.register.shares'),
                  cell: ({ security, shareClass }) => `${security}, ${t(`shareClass.${shareClass}`)}`,
                },
                { title: t('node.register.number'), cell: ({ certificateNumber }) => certificateNumber },
                {
                  title: t('node.register.holder'),
                  cell: ({ holderName, userId }) => (
                    <>
                      {holderName} <span className={css['soft']}>{userId}</span>
                    </>
                  ),
                },
                {
                  title: t('node.register.quantity'),
                  atEnd: true,
                  cell: ({ quantity }) => <Covered text={count(quantity)} />,
                },
                { title: t('node.register.acquired'), cell: ({ acquiredAt }) => date(acquiredAt) },
                { title: t('node.register.state'), cell: ({ state }) => <CertificateState state={state} /> },
                ...(mayApprove ? [approval] : []),
              ]}
            />
            {more && <Note tone="warn">{t('node.more')}</Note>}
            {approved !== undefined && <Approve entry={approved} onClose={() => approve(undefined)} />}
          </>
        )
      }
    </Shown>
  )
}

function Allot({ classes }: { readonly classes: readonly ShareClassTerms[] }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const [chosen, choose] = useState('')
  const [userId, setUserId] = useState('')
  const [holderName, setHolderName] = useState('')
  const [typed, setTyped] = useState('')
  const [conditions, setConditions] = useState('')
  const [asked, ask] = useState<{ readonly quantity: bigint }>()
  const [isWrong, setWrong] = useState(false)
  const of = classes.find((each) => classKey(each) === chosen) ?? classes[0]
  if (of === undefined) return null
  const { security, shareClass, companyName } = of
  return (
    <Section title={t('node.allot.title')}>
      <p>{t('node.allot.what')}</p>
      <Form
        className={cls(css['form'])}
        onSubmit={(event) => {
          event.preventDefault()
          const quantity = readShares(typed.trim())
          const isRight = quantity !== undefined && quantity > 0n
          setWrong(!isRight)
          ask(isRight ? { quantity } : undefined)
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
        <div className={css['pair']}>
          <TextField
            label={t('node.members.userId')}
            hint={t('node.allot.userIdHint')}
            isRequired
            pattern="[a-z]{3}-[0-9a-z]{10,26}"
            value={userId}
            onChange={setUserId}
          />
          <TextField
            label={t('node.allot.holder')}
            hint={t('node.allot.holderHint')}
            isRequired
            maxLength={120}
            value={holderName}
            onChange={setHolderName}
          />
          <TextField
            label={t('node.offerings.quantity')}
            inputMode="numeric"
            isRequired
            value={typed}
            onChange={setTyped}
          />
        </div>
        <TextField
          label={t('node.allot.conditions')}
          hint={t('node.allot.conditionsHint')}
          isRequired
          maxLength={500}
          value={conditions}
          onChange={setConditions}
        />
        <div role="alert">{isWrong && <Note tone="warn">{t('node.wrong')}</Note>}</div>
        <div className={css['row']}>
          <Button type="submit">{t('node.allot.look')}</Button>
        </div>
      </Form>
      {asked !== undefined && (
        <Ask
          title={t('node.allot.confirm')}
          facts={[
            [t('node.offerings.company'), `${companyName} (${security})`],
            [t('node.allot.holder'), holderName],
            [t('node.members.userId'), userId],
            [t('node.offerings.quantity'), count(asked.quantity)],
            [t('node.allot.conditions'), conditions],
          ]}
          action={t('node.allot.now')}
          done={t('node.allot.done', { name: holderName })}
          act={async () => {
            const allotment = {
              security,
              shareClass,
              holderName: holderName.trim(),
              userId: userId.trim(),
              quantity: asked.quantity,
              conditionsOfIssue: conditions.trim(),
            }
            const made = await wallet().call('node.issuer.allot', { allotments: [allotment] })
            if (made.ok) setTyped('')
            return made
          }}
          onClose={() => ask(undefined)}
        />
      )}
    </Section>
  )
}
