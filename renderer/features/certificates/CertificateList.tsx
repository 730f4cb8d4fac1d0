import { FileBadge2, SearchX } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import type { ListedCertificate } from '../../../shared/wallet-api/views.ts'
import { useAnswer } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { Empty, Shown } from '../../ui/States.tsx'
import { CertificateRows } from './CertificateRows.tsx'
import css from './Certificates.module.css'
import { FILTERS, listed, SORTS, type Wanted } from './listing.ts'
import { VerifyFile } from './VerifyFile.tsx'

/** Who comes back from a certificate finds the list as it was. */
const useWanted = create<Wanted>()(() => ({ search: '', filter: 'held', sort: 'newest' }))
const want = (change: Partial<Wanted>): void => useWanted.setState(change)

export function CertificateList() {
  const { t } = useTranslation()
  const all = useAnswer('certificates.list', {})
  return (
    <Page title={t('certificates.title')}>
      <Shown answer={all}>
        {(certificates) =>
          certificates.length === 0 ? (
            <Section>
              <Empty icon={FileBadge2} title={t('certificates.empty')}>
                {t('certificates.emptyWhat')}
              </Empty>
            </Section>
          ) : (
            <Found certificates={certificates} />
          )
        }
      </Shown>
      <VerifyFile />
    </Page>
  )
}

function Found({ certificates }: { readonly certificates: readonly ListedCertificate[] }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const wanted = useWanted()
  const found = useMemo(() => listed(certificates, wanted), [certificates, wanted])
  return (
    <>
      <div className={css['filters']}>
        <TextField
          label={t('certificates.search')}
          hint={t('certificates.searchHint')}
          type="search"
          value={wanted.search}
          onChange={(search) => want({ search })}
        />
        <Select
          label={t('certificates.filter')}
          value={wanted.filter}
          options={FILTERS.map((filter) => [
            filter,
            filter === 'all' || filter === 'held' ? t(`certificates.${filter}`) : t(`certificateState.${filter}`),
          ])}
          onChange={(filter) => want({ filter })}
        />
        <Select
          label={t('certificates.sort')}
          value={wanted.sort}
          options={SORTS.map((sort) => [sort, t(`certificates.sorts.${sort}`)])}
          onChange={(sort) => want({ sort })}
        />
      </div>
      <p aria-live="polite" className={css['soft']}>
        {t('certificates.shown', { count: found.length, formatted: count(found.length) })}
      </p>
      {found.length === 0 ? (
        <Section>
          <Empty icon={SearchX} title={t('certificates.noMatch')}>
            {t('certificates.noMatchWhat')}
          </Empty>
        </Section>
      ) : (
        <CertificateRows certificates={found} />
      )}
    </>
  )
}
