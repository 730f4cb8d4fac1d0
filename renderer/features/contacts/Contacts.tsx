import { BookUser } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Contact } from '../../../shared/wallet-api/views.ts'
import { useAnswer } from '../../api/answers.ts'
import { TextField } from '../../ui/Field.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { Empty, Shown } from '../../ui/States.tsx'
import { AddContact } from './AddContact.tsx'
import { ContactCard } from './ContactCard.tsx'
import css from './Contacts.module.css'

const SEARCHED_FROM = 6

export default function Contacts() {
  const { t } = useTranslation()
  const contacts = useAnswer('contacts.list', {})
  return (
    <Page title={t('contacts.title')}>
      <p>{t('contacts.what')}</p>
      <Shown answer={contacts}>
        {(all) => (
          <>
            <Section title={t('contacts.list')}>
              <List contacts={all} />
            </Section>
            <AddContact contacts={all} />
          </>
        )}
      </Shown>
    </Page>
  )
}

function List({ contacts }: { readonly contacts: readonly Contact[] }) {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  if (contacts.length === 0)
    return (
      <Empty icon={BookUser} title={t('contacts.empty')}>
        {t('contacts.emptyWhat')}
      </Empty>
    )
  const found = contacts
    .filter((contact) => matches(contact, search))
    .toSorted((one, other) => one.name.localeCompare(other.name))
  return (
    <>
      {contacts.length >= SEARCHED_FROM && (
        <TextField
          label={t('contacts.search')}
          hint={t('contacts.searchHint')}
          type="search"
          value={search}
          onChange={setSearch}
        />
      )}
      {found.length === 0 ? (
        <p>{t('contacts.noneFound')}</p>
      ) : (
        <ul className={css['list']}>
          {found.map((contact) => (
            <ContactCard key={contact.userId} contact={contact} />
          ))}
        </ul>
      )}
    </>
  )
}

function matches({ name, label = '', note = '', userId }: Contact, search: string): boolean {
  const wanted = search.trim().toLowerCase()
  return [name, label, note, userId].some((text) => text.toLowerCase().includes(wanted))
}
