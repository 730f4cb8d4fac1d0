import { Plus, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { MAX_REISSUED } from '../../../shared/documents/reissue.ts'
import { useFormats } from '../../i18n/format.ts'
import { Covered } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Note } from '../../ui/States.tsx'
import { evenParts, readPart, type CheckedParts } from './split-parts.ts'
import css from './Reissue.module.css'

/** The parts as they are typed, and whether they add up. */
export function SplitParts({
  whole,
  parts,
  checked: { sum, quantities },
  onChange,
}: {
  readonly whole: bigint
  readonly parts: readonly string[]
  readonly checked: CheckedParts
  readonly onChange: (parts: readonly string[]) => void
}) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const shares = (quantity: bigint): string => t('shares', { count: Number(quantity), formatted: count(quantity) })
  const words = (): string => {
    if (sum < whole)
      return t('reissue.split.sumLess', { sum: count(sum), whole: shares(whole), rest: count(whole - sum) })
    if (sum > whole)
      return t('reissue.split.sumMore', { sum: count(sum), whole: shares(whole), rest: count(sum - whole) })
    return quantities === undefined
      ? t('reissue.split.partWrong')
      : t('reissue.split.sumRight', { whole: shares(whole) })
  }
  const most = whole < BigInt(MAX_REISSUED) ? Number(whole) : MAX_REISSUED
  return (
    <fieldset className={css['parts']}>
      <legend className={css['name']}>{t('reissue.split.parts')}</legend>
      {parts.map((part, index) => {
        const number = index + 1
        return (
          // A part has no other identity than its place.
          <div key={index} className={css['part']}>
            <TextField
              label={t('reissue.split.part', { number })}
              inputMode="numeric"
              isInvalid={part !== '' && readPart(part) === undefined}
              value={part}
              onChange={(typed) => onChange(parts.with(index, typed.trim()))}
            />
            {parts.length > 2 && (
              <Button
                look="quiet"
                aria-label={t('reissue.split.remove', { number })}
                onPress={() => onChange(parts.toSpliced(index, 1))}
              >
                <X aria-hidden="true" size={18} />
              </Button>
            )}
          </div>
        )
      })}
      <div className={css['row']}>
        <Button isDisabled={parts.length >= most} onPress={() => onChange([...parts, ''])}>
          <Plus aria-hidden="true" size={18} />
          {t('reissue.split.add')}
        </Button>
        <Button onPress={() => onChange(evenParts(whole, parts.length))}>{t('reissue.split.even')}</Button>
      </div>
      <div aria-live="polite">
        <Note tone={quantities === undefined ? 'warn' : 'good'}>
          <Covered text={words()} />
        </Note>
      </div>
    </fieldset>
  )
}
