import type { Clock } from '../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { Contact } from '../../shared/wallet-api/views.ts'
import type { HostEvents } from './events.ts'
import { personOf, readHandedOver } from './handed-over.ts'
import { contactOf, keepContact, type Preferences } from './preferences.ts'
import type { WalletSession } from './session.ts'

export interface KeptAside {
  readonly clock: Clock
  readonly session: WalletSession
  readonly preferences: Preferences
  readonly events: HostEvents
}

interface Remarks {
  readonly label?: string | undefined
  readonly note?: string | undefined
}

/** An empty remark is none. */
export function remarksOf({ label, note }: Remarks): { label?: string; note?: string } {
  return {
    ...(label !== undefined && label !== '' && { label }),
    ...(note !== undefined && note !== '' && { note }),
  }
}

type Names = `contacts.${'list' | 'add' | 'remark' | 'remove'}` | `settings.${'get' | 'set'}`

/** Contacts and settings. Nobody but the person needs them, so the market is not asked. */
export function contactsAndSettings({ clock, session, preferences, events }: KeptAside): Pick<Implementation, Names> {
  const { contacts } = preferences.collections
  /** Contacts are as private as what is held: not shown while locked. */
  const opened = async <Output>(act: () => Promise<Result<Output, Refusal>>): Promise<Result<Output, Refusal>> => {
    const wallet = session.open()
    return wallet.ok ? act() : wallet
  }
  return {
    'contacts.list': () => opened(async () => ok([...contacts.all().values()].map(contactOf))),
    'contacts.add': ({ text, ...remarks }) =>
      opened(async () => {
        const file = readHandedOver('identity', text)
        if (!file.ok) return file
        const person = await personOf(file.value)
        if (!person.ok) return person
        const added: Contact = {
          ...person.value,
          ...remarksOf(remarks),
          addedAt: clock.now(),
        }
        await contacts.put(added.userId, keepContact(added, file.value))
        events.changed('contacts')
        return ok(added)
      }),
    'contacts.remark': ({ userId, ...remarks }) =>
      opened(async () => {
        const row = contacts.get(userId)
        if (row === undefined) return refuse('contact_unknown', 'there is no such contact')
        const { label: _, note: __, ...known } = contactOf(row)
        const remarked: Contact = { ...known, ...remarksOf(remarks) }
        await contacts.put(userId, keepContact(remarked, row.file))
        events.changed('contacts')
        return ok(remarked)
      }),
    'contacts.remove': ({ userId }) =>
      opened(async () => {
        await contacts.remove(userId)
        events.changed('contacts')
        return ok({})
      }),
    'settings.get': async () => ok(preferences.read().settings),
    'settings.set': async (changes) => {
      await preferences.update((draft) => void Object.assign(draft.settings, changes))
      session.touch()
      events.changed('settings')
      return ok(preferences.read().settings)
    },
  }
}
