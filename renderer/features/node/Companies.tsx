import { Plus, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { emptyCompany, type DraftCompany } from './draft.ts'
import css from './Node.module.css'

/** The companies whose shares the new node issues or trades. */
export function Companies({
  companies,
  currency,
  onChange,
}: {
  readonly companies: readonly DraftCompany[]
  readonly currency: string
  readonly onChange: (companies: readonly DraftCompany[]) => void
}) {
  const { t } = useTranslation()
  const set = (at: number, change: Partial<DraftCompany>): void =>
    onChange(companies.map((each, index) => (index === at ? { ...each, ...change } : each)))
  return (
    <>
      {companies.map((company, index) => (
        <fieldset key={company.id} className={css['company']}>
          <legend>{t('node.company.title', { number: index + 1 })}</legend>
          <TextField
            label={t('node.company.name')}
            isRequired
            maxLength={120}
            value={company.companyName}
            onChange={(companyName) => set(index, { companyName })}
          />
          <div className={css['pair']}>
            <TextField
              label={t('node.company.security')}
              hint={t('node.company.securityHint')}
              isRequired
              pattern="[A-Za-z0-9]{2,12}"
              value={company.security}
              onChange={(security) => set(index, { security })}
            />
            <TextField
              label={t('node.company.incorporatedOn')}
              type="date"
              isRequired
              value={company.incorporatedOn}
              onChange={(incorporatedOn) => set(index, { incorporatedOn })}
            />
            <TextField
              label={t('node.company.authorised')}
              hint={t('node.company.authorisedHint')}
              inputMode="numeric"
              isRequired
              value={company.authorised}
              onChange={(authorised) => set(index, { authorised })}
            />
            <TextField
              label={t('node.company.price', { currency })}
              hint={t('node.company.priceHint')}
              inputMode="decimal"
              isRequired
              value={company.price}
              onChange={(price) => set(index, { price })}
            />
          </div>
          {companies.length > 1 && (
            <div className={css['row']}>
              <Button look="quiet" onPress={() => onChange(companies.filter((each) => each.id !== company.id))}>
                <Trash2 aria-hidden="true" size={18} />
                {t('node.company.remove', { number: index + 1 })}
              </Button>
            </div>
          )}
        </fieldset>
      ))}
      <div className={css['row']}>
        <Button onPress={() => onChange([...companies, emptyCompany()])}>
          <Plus aria-hidden="true" size={18} />
          {t('node.company.add')}
        </Button>
      </div>
    </>
  )
}
