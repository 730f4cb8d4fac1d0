import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from './Field.tsx'

/** As the wallet API wants it. */
const LEAST_CHARACTERS = 8
const ENOUGH_CHARACTERS = 14
const PLENTY_CHARACTERS = 20
/** Fewer different characters than this are a pattern. */
const FEW_DIFFERENT = 6

/** How long somebody would guess at it, roughly: length counts, and a pattern does not. */
export function strengthOf(passphrase: string): 'short' | 'weak' | 'fair' | 'strong' {
  if (passphrase.length < LEAST_CHARACTERS) return 'short'
  const different = new Set(passphrase).size
  if (passphrase.length < ENOUGH_CHARACTERS || different < FEW_DIFFERENT) return 'weak'
  return passphrase.length < PLENTY_CHARACTERS ? 'fair' : 'strong'
}

/** A passphrase that is chosen now, typed twice: a slip of the finger would lock away what it protects. */
export function NewPassphrase({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: string
  readonly onChange: (passphrase: string) => void
}) {
  const { t } = useTranslation()
  const [again, setAgain] = useState('')
  return (
    <>
      <TextField
        label={label}
        hint={
          <span aria-live="polite">
            {value === '' ? t('parts.passphrase.hint') : t(`parts.passphrase.strength.${strengthOf(value)}`)}
          </span>
        }
        type="password"
        autoComplete="new-password"
        isRequired
        maxLength={1000}
        value={value}
        onChange={onChange}
        validate={(text) => (text.length < LEAST_CHARACTERS ? t('parts.passphrase.tooShort') : null)}
      />
      <TextField
        label={t('parts.passphrase.again')}
        type="password"
        autoComplete="new-password"
        isRequired
        value={again}
        onChange={setAgain}
        validate={(text) => (text === value ? null : t('parts.passphrase.differs'))}
      />
    </>
  )
}
