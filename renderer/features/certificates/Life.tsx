import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Section } from '../../ui/Page.tsx'
import { Shown } from '../../ui/States.tsx'
import css from './Certificates.module.css'

interface Event {
  readonly key: string
  readonly at: number
  readonly words: string
}

/** What became of the certificate, in the order in which it happened. */
export function Life({ certificate }: { readonly certificate: ListedCertificate }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const history = useAnswer('history.list', {})
  const events = (entries: OperationOutput<'history.list'>): readonly Event[] => {
    const { certificateId, issuedAt, holderName, retiredAt, retiredBy } = certificate
    const own = entries.filter((entry) => entry.certificateIds.includes(certificateId))
    return [
      { key: 'issued', at: issuedAt, words: t('certificates.events.issued', { name: holderName }) },
      ...own.map(({ requestId, at, summary }) => ({ key: requestId, at, words: t(`confirm.what.${summary.kind}`) })),
      ...(retiredAt === undefined
        ? []
        : [
            {
              key: 'retired',
              at: retiredAt,
              words:
                retiredBy === undefined
                  ? t('certificates.events.retiredPlain')
                  : t('certificates.events.retired', { number: retiredBy }),
            },
          ]),
    ].toSorted((one, other) => one.at - other.at)
  }
  return (
    <Section title={t('certificates.life')}>
      <Shown answer={history}>
        {(entries) => (
          <ol className={css['life']}>
            {events(entries).map(({ key, at, words }) => (
              <li key={key}>
                {words}
                <span className={css['soft']}>{dateTime(at)}</span>
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </Section>
  )
}
