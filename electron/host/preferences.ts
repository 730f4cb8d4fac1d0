import { z } from 'zod'
import { readMembers, writeMembers } from '../../shared/documents/document.ts'
import { identityFile } from '../../shared/documents/endorsement.ts'
import { assert } from '../../shared/kernel/assert.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import {
  contact,
  keyPlace,
  remarks,
  settings,
  type Contact,
  type Language,
  type Settings,
} from '../../shared/wallet-api/views.ts'
import { openStore } from '../wallet/store/open-store.ts'
import type { WalletStore } from '../wallet/store/store.ts'

/** In wire form, as it crosses to the screens. */
const keptContact = z.strictObject({ contact: z.unknown(), file: identityFile })

const state = z.strictObject({
  /** Yes or no was kept here before there was a choice. */
  settings: settings.extend({ notifications: settings.shape.notifications.catch('plain') }),
  /** Where the key was put when it was made here. */
  keyPlace: keyPlace.nullable(),
})

type State = z.output<typeof state>

/** By certificate ID, what the last backup holds: more than a state that is written with every setting should carry. */
const backupRow = z.strictObject({
  madeAt: z.number().int(),
  holds: z.array(z.string()),
  /** When the identity certificate in it ends: the present one ends at another time once it was renewed. */
  identityUntil: z.number().int().nullable(),
})

interface Rows {
  /** One row at most, {@link LAST}. */
  backups: z.output<typeof backupRow>
  contacts: z.output<typeof keptContact>
  remarks: z.output<typeof remarkRow>
}

const remarkRow = z.strictObject(remarks)

/** What the person told this program and the market need not know: contacts by user ID, remarks by certificate ID. */
export type Preferences = WalletStore<State, Rows>

const FIRST_AUTO_LOCK_MINUTES = 15

function firstSettings(language: Language): Settings {
  return {
    language,
    theme: 'system',
    hideAmounts: false,
    autoLockMinutes: FIRST_AUTO_LOCK_MINUTES,
    notifications: 'plain',
  }
}

/** Throws StoreError. `language`: where the person has chosen none yet. */
export function openPreferences(folder: string, language: Language): Promise<Preferences> {
  return openStore<State, Rows>({
    folder,
    empty: { settings: firstSettings(language), keyPlace: null },
    validate: (value) => state.parse(value),
    collections: {
      backups: (value) => backupRow.parse(value),
      contacts: (value) => keptContact.parse(value),
      remarks: (value) => remarkRow.parse(value),
    },
    // Version 2 keeps what the last backup holds.
    migrations: [{ state: (old) => old }],
  })
}

/** The last backup that was made or restored here. */
export const LAST = 'last'

export function keepContact(known: Contact, file: z.output<typeof identityFile>): Rows['contacts'] {
  return { contact: writeMembers(contact, known), file }
}

export function contactOf(row: Readonly<Rows['contacts']>): Contact {
  const read = readMembers(contact, row.contact as Json)
  assert(read.ok, 'a contact is kept as it was written')
  return read.value
}
