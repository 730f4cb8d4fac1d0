import { useTranslation } from 'react-i18next'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Choice, TextField } from '../../ui/Field.tsx'

/** `part` as it was typed; absent for all of them. Undefined if it is no number of shares that the certificate has. */
export function readQuantity(part: string | undefined, whole: bigint): bigint | undefined {
  if (part === undefined) return whole
  const quantity = /^\d{1,18}$/.test(part) ? BigInt(part) : 0n
  return quantity >= 1n && quantity <= whole ? quantity : undefined
}

export function HowMany({
  whole,
  part,
  onChange,
}: {
  readonly whole: bigint
  readonly part: string | undefined
  readonly onChange: (part: string | undefined) => void
}) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const quantity = readQuantity(part, whole)
  const most = count(whole)
  const kept = quantity === undefined ? 0n : whole - quantity
  return (
    <>
      <Choice
        label={t('transfers.form.howMany')}
        value={part === undefined ? 'all' : 'some'}
        options={[
          ['all', t('transfers.form.all')],
          ['some', t('transfers.form.some')],
        ]}
        onChange={(which) => onChange(which === 'all' ? undefined : '')}
      />
      {part !== undefined && (
        <TextField
          label={t('transfers.form.quantity')}
          hint={t('transfers.form.quantityHint', { most })}
          inputMode="numeric"
          isRequired
          validationBehavior="aria"
          validate={() => (part !== '' && quantity === undefined ? t('transfers.form.quantityWrong', { most }) : null)}
          value={part}
          onChange={(typed) => onChange(typed.trim())}
        />
      )}
      {kept > 0n && (
        <p>
          <Covered
            text={t('transfers.form.keep', { shares: t('shares', { count: Number(kept), formatted: count(kept) }) })}
          />
        </p>
      )}
    </>
  )
}
