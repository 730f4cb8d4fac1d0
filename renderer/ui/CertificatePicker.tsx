import { Check } from 'lucide-react'
import { useState } from 'react'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { useTranslation } from 'react-i18next'
import type { ListedCertificate } from '../../shared/wallet-api/views.ts'
import { Shares } from './Amount.tsx'
import { CertificateState } from './CertificateState.tsx'
import { cls } from './cls.ts'
import { TextField } from './Field.tsx'
import css from './CertificatePicker.module.css'

/** More rows than these nobody reads through; the search finds the others. */
const SHOWN = 60
const SEARCHED_FROM = 6

/** Chooses one certificate, or with `many` several of one security and class, which is all that an issuer takes at once. */
export function CertificatePicker({
  label,
  certificates,
  chosen,
  onChange,
  many = false,
}: {
  readonly label: string
  readonly certificates: readonly ListedCertificate[]
  readonly chosen: readonly string[]
  readonly onChange: (chosen: readonly string[]) => void
  readonly many?: boolean
}) {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const found = certificates.filter((each) => chosen.includes(each.certificateId) || matches(each, search))
  const shown = found.slice(0, SHOWN)
  const first = many ? certificates.find(({ certificateId }) => certificateId === chosen[0]) : undefined
  const others = first === undefined ? [] : shown.filter((each) => !isSameClass(each, first))
  return (
    <div className={css['picker']}>
      <span className={css['label']}>{label}</span>
      {certificates.length >= SEARCHED_FROM && (
        <TextField
          label={t('parts.pick.search')}
          hint={t('parts.pick.searchHint')}
          type="search"
          value={search}
          onChange={setSearch}
        />
      )}
      <ListBox
        aria-label={label}
        selectionMode={many ? 'multiple' : 'single'}
        selectionBehavior="toggle"
        disallowEmptySelection={!many}
        selectedKeys={chosen}
        disabledKeys={others.map(({ certificateId }) => certificateId)}
        onSelectionChange={(keys) =>
          onChange(
            keys === 'all'
              ? shown.filter((each) => !others.includes(each)).map(({ certificateId }) => certificateId)
              : [...keys].map(String),
          )
        }
        renderEmptyState={() => <p className={css['soft']}>{t('parts.pick.noneFound')}</p>}
        className={cls(css['list'])}
      >
        {shown.map((each) => (
          <ListBoxItem
            key={each.certificateId}
            id={each.certificateId}
            textValue={`${each.companyName} ${each.certificateId}`}
            className={cls(css['item'])}
          >
            <span aria-hidden="true" className={cls(css['mark'], many && css['box'])}>
              <Check size={14} strokeWidth={3} />
            </span>
            <span className={css['name']}>
              {each.companyName} · <Shares quantity={each.quantity} />
            </span>
            <CertificateState state={each.state} />
            <span className={cls(css['soft'], css['below'])}>
              {[each.security, t(`shareClass.${each.shareClass}`), each.label, each.certificateId]
                .filter((part) => part !== undefined)
                .join(' · ')}
            </span>
          </ListBoxItem>
        ))}
      </ListBox>
      {found.length > SHOWN && <p className={css['soft']}>{t('parts.pick.more', { count: found.length - SHOWN })}</p>}
      {others.length > 0 && <p className={css['soft']}>{t('parts.pick.oneClass')}</p>}
    </div>
  )
}

function matches({ companyName, security, label = '', certificateId }: ListedCertificate, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return [companyName, security, label, certificateId].some((text) => text.toLowerCase().includes(wanted))
}

function isSameClass(one: ListedCertificate, other: ListedCertificate): boolean {
  return one.security === other.security && one.shareClass === other.shareClass
}
