import { useTranslation } from 'react-i18next'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Section } from '../../ui/Page.tsx'
import { Shown, Word } from '../../ui/States.tsx'
import css from './Portfolio.module.css'

const SHOWN = 6
const TONES = { under_way: 'warn', answered: 'good', refused: 'bad' } as const

export function RecentEvents() {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const history = useAnswer('history.list', {})
  return (
    <Section title={t('portfolio.recent')}>
      <Shown answer={history}>
        {(entries) =>
          entries.length === 0 ? (
            <p className={css['soft']}>{t('portfolio.recentEmpty')}</p>
          ) : (
            <ul className={css['rows']}>
              {entries.slice(0, SHOWN).map(({ requestId, at, state, summary }) => (
                <li key={requestId}>
                  <span className={css['grow']}>
                    {t(`confirm.what.${summary.kind}`)}
                    {'security' in summary && ` · ${summary.security}`}
                    <span className={css['soft']}>{dateTime(at)}</span>
                  </span>
                  <Word tone={TONES[state]}>{t(`portfolio.requestState.${state}`)}</Word>
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Section>
  )
}
