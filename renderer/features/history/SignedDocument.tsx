import { useTranslation } from 'react-i18next'
import { fromBase64Url, fromUtf8 } from '../../../shared/kernel/bytes.ts'
import css from './History.module.css'

/** A signed document in compact form (RFC 7515, 3.1): what it says for people, and the text that others can verify. */
export function SignedDocument({ title, text }: { readonly title: string; readonly text: string }) {
  const { t } = useTranslation()
  const says = payloadOf(text)
  return (
    <div className={css['document']}>
      <h3>{title}</h3>
      {says !== undefined && (
        <details>
          <summary>{t('history.says')}</summary>
          <pre>{says}</pre>
        </details>
      )}
      <details>
        <summary>{t('history.compact')}</summary>
        <pre>{text}</pre>
      </details>
    </div>
  )
}

function payloadOf(compact: string): string | undefined {
  const bytes = fromBase64Url(compact.split('.')[1] ?? '')
  const text = bytes === undefined ? undefined : fromUtf8(bytes)
  try {
    return text === undefined ? undefined : JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return undefined
  }
}
