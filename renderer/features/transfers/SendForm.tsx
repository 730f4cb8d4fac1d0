import { FileBadge2 } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { OperationInput, OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { Contact, ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { CertificatePicker } from '../../ui/CertificatePicker.tsx'
import { cls } from '../../ui/cls.ts'
import { Select } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Empty, Note, Refused, Shown } from '../../ui/States.tsx'
import { HowMany, readQuantity } from './HowMany.tsx'
import { ToWhom } from './ToWhom.tsx'
import css from './Transfers.module.css'

const DAY_MS = 24 * 60 * 60 * 1000
const VALID_DAYS = ['1', '3', '7', '14', '30'] as const
/** `trade` is what the exchange writes for its matches. */
const CAUSES = ['sale', 'gift', 'inheritance', 'other'] as const

type Made = OperationOutput<'transfers.endorse'> & { readonly name: string }

interface Prefilled {
  readonly certificateId: string | undefined
  readonly userId: string | undefined
}

export function SendForm(prefilled: Prefilled) {
  const { t } = useTranslation()
  const certificates = useAnswer('certificates.list', {})
  const contacts = useAnswer('contacts.list', {})
  const [made, setMade] = useState<Made>()
  // What was chosen from when it was signed: the signature makes it pending before the file is here.
  const [held, setHeld] = useState<readonly ListedCertificate[]>()
  if (made !== undefined) return <Done made={made} />
  return (
    <Shown answer={certificates}>
      {(all) => (
        <Shown answer={contacts}>
          {(people) => {
            const live = held ?? all.filter(({ state }) => state === 'live')
            return live.length === 0 ? (
              <Section>
                <Empty icon={FileBadge2} title={t('transfers.form.noneLive')}>
                  {t('transfers.form.noneLiveWhat')}
                </Empty>
              </Section>
            ) : (
              <Filled {...prefilled} live={live} contacts={people} onSign={() => setHeld(live)} onMade={setMade} />
            )
          }}
        </Shown>
      )}
    </Shown>
  )
}

function Filled({
  certificateId,
  userId,
  live,
  contacts,
  onSign,
  onMade,
}: Prefilled & {
  readonly live: readonly ListedCertificate[]
  readonly contacts: readonly Contact[]
  readonly onSign: () => void
  readonly onMade: (made: Made) => void
}) {
  const { t } = useTranslation()
  const { date } = useFormats()
  const endorse = useCommand('transfers.endorse')
  const [chosen, setChosen] = useState(certificateId)
  const [to, setTo] = useState(userId ?? '')
  const [part, setPart] = useState<string>()
  const [cause, setCause] = useState<(typeof CAUSES)[number]>('sale')
  const [days, setDays] = useState<(typeof VALID_DAYS)[number]>('7')
  const [now] = useState(() => Date.now())
  const [isAsked, setAsked] = useState(false)
  const certificate = live.find((each) => each.certificateId === chosen)
  const contact = contacts.find((each) => each.userId === to)
  const quantity = certificate === undefined ? undefined : readQuantity(part, certificate.quantity)
  const isMissing = contact === undefined || quantity === undefined
  const sign = async (): Promise<void> => {
    setAsked(true)
    if (certificate === undefined || isMissing) return
    const form: OperationInput<'transfers.endorse'> = {
      certificateId: certificate.certificateId,
      ...(quantity !== certificate.quantity && { quantity }),
      transferee: { userId: contact.userId },
      cause,
      validUntil: now + Number(days) * DAY_MS,
    }
    onSign()
    const result = await endorse.run(form)
    if (!result.ok) return
    saveFile(result.value)
    announce(t('notice.saved', { fileName: result.value.fileName }))
    onMade({ ...result.value, name: contact.name })
  }
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void sign()
      }}
    >
      <Section title={t('transfers.form.certificate')}>
        <CertificatePicker
          label={t('transfers.form.which')}
          certificates={live}
          chosen={chosen === undefined ? [] : [chosen]}
          onChange={([id]) => setChosen(id)}
        />
        {certificate !== undefined && <HowMany whole={certificate.quantity} part={part} onChange={setPart} />}
      </Section>
      <ToWhom contacts={contacts} to={to} onChange={setTo} />
      <Section>
        <Select
          label={t('transfers.form.cause')}
          value={cause}
          options={CAUSES.map((each) => [each, t(`transfers.cause.${each}`)])}
          onChange={setCause}
        />
        <Select
          label={t('transfers.form.until')}
          value={days}
          options={VALID_DAYS.map((each) => {
            const count = Number(each)
            return [each, t('transfers.form.days', { count, date: date(now + count * DAY_MS) })]
          })}
          onChange={setDays}
        />
        {contact !== undefined && <p>{t('transfers.form.what', { name: contact.name })}</p>}
        <div role="alert">{isAsked && isMissing && <Note tone="warn">{t('transfers.form.missing')}</Note>}</div>
        <div className={css['row']}>
          <Button look="main" type="submit" isPending={endorse.busy}>
            {t('transfers.form.sign')}
          </Button>
        </div>
        <Refused refusal={endorse.refusal} />
      </Section>
    </Form>
  )
}

/** The form is gone: the focus goes on to what came in its place. */
function focusOn(shown: HTMLElement | null): void {
  shown?.focus()
}

function Done({ made }: { readonly made: Made }) {
  const { t } = useTranslation()
  const { fileName, name } = made
  return (
    <Section title={t('transfers.form.done')}>
      <p ref={focusOn} tabIndex={-1}>
        {t('transfers.form.doneWhat', { fileName, name })}
      </p>
      <div className={css['row']}>
        <Button onPress={() => saveFile(made)}>{t('transfers.form.save')}</Button>
        <LinkButton look="main" href={pathTo('transfers')}>
          {t('transfers.form.back')}
        </LinkButton>
      </div>
    </Section>
  )
}
