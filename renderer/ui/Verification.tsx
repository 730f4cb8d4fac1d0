import { CircleCheck, CircleHelp, CircleX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../shared/wallet-api/operations.ts'
import { useFormats } from '../i18n/format.ts'
import { useRefusalWords } from '../i18n/refusal.ts'
import { Note, Word } from './States.tsx'
import css from './Verification.module.css'

type Report = Pick<OperationOutput<'certificates.verify'>, 'verdict' | 'checks'>

const VERDICT_TONES = { valid: 'good', invalid: 'bad', undecided: 'warn' } as const
const TONES = { passed: 'good', failed: 'bad', not_checked: 'warn' } as const
const ICONS = { passed: CircleCheck, failed: CircleX, not_checked: CircleHelp } as const

/** The verdict, and each check with its result and what it proves, or why it does not. */
export function Verification({ report: { verdict, checks } }: { readonly report: Report }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  return (
    <div className={css['report']}>
      <Note tone={VERDICT_TONES[verdict]}>{t(`parts.verification.verdict.${verdict}`)}</Note>
      <ul aria-label={t('parts.verification.list')} className={css['checks']}>
        {checks.map(({ check, outcome, code, details }) => {
          const Icon = ICONS[outcome]
          return (
            <li key={check}>
              <Icon aria-hidden="true" size={20} className={css[TONES[outcome]]} />
              <span>
                <span className={css['name']}>{t(`parts.verification.check.${check}`)}</span>
                <span className={css['soft']}>
                  {outcome === 'passed' || code === undefined
                    ? t(`parts.verification.proves.${check}`)
                    : code === 'earlier_check_failed'
                      ? t('parts.verification.earlier')
                      : words({ code })}
                </span>
                <Details details={details} />
              </span>
              <Word tone={TONES[outcome]}>{t(`parts.verification.outcome.${outcome}`)}</Word>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

/** What a check found: a state, dates, names and numbers, in the reader's own forms. */
function Details({ details = {} }: { readonly details: Readonly<Record<string, string>> | undefined }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const found = Object.entries(details).map(([name, value]) => {
    if (name === 'state') return t(`certificateState.${value as 'retired'}`)
    const at = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : Number.NaN
    return Number.isNaN(at) ? value : dateTime(at)
  })
  return found.length === 0 ? null : <span className={css['found']}>{found.join(' · ')}</span>
}
