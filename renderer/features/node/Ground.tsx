import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/Field.tsx'

/** Why the operator decides so; it goes into the journal of the server. */
export function Ground({
  hint,
  ground,
  onChange,
}: {
  readonly hint?: string
  readonly ground: string
  readonly onChange: (ground: string) => void
}) {
  const { t } = useTranslation()
  return (
    <TextField
      label={t('node.trading.ground')}
      hint={hint ?? t('node.trading.groundHint')}
      isRequired
      maxLength={500}
      value={ground}
      onChange={onChange}
    />
  )
}
