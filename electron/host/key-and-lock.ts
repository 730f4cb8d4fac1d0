import type { Clock } from '../../shared/kernel/ports.ts'
import { ok, refuse, type Refusal, type Result } from '../../shared/kernel/result.ts'
import type { Implementation } from '../../shared/wallet-api/serve.ts'
import type { Overview, PendingConfirmation } from '../../shared/wallet-api/views.ts'
import type { HostEvents } from './events.ts'
import type { KeyPlaces } from './key-place.ts'
import { overviewOf } from './overview.ts'
import { LAST, type Preferences } from './preferences.ts'
import type { WalletSession } from './session.ts'

export interface HostState {
  readonly kind: Overview['host']
  readonly clock: Clock
  readonly session: WalletSession
  readonly keys: KeyPlaces
  readonly preferences: Preferences
  readonly events: HostEvents
  readonly pending: () => readonly PendingConfirmation[]
}

export function keyAndLock(
  host: HostState,
): Pick<Implementation, 'overview' | 'key.options' | 'key.create' | 'lock.lock' | 'lock.unlock' | 'lock.touch'> {
  const { kind, clock, session, keys, preferences, pending } = host
  return {
    overview: async () => {
      const { wallet, keyPlace } = session
      const common = { host: kind, keyPlace, confirmations: pending() }
      return wallet === undefined
        ? ok({ ...common, lock: 'locked' as const })
        : ok({
            ...common,
            lock: 'open' as const,
            wallet: overviewOf(wallet, session, preferences.collections.backups.get(LAST), clock.now()),
          })
    },
    'key.options': async () => {
      const detected = await keys.detect()
      return ok({ os: detected.ok ? { usable: true } : { usable: false, code: detected.error.code } })
    },
    'key.create': (choice) => createKey(host, choice),
    'lock.lock': async () => {
      await session.lock()
      return ok({})
    },
    'lock.unlock': async ({ passphrase }) => {
      await session.unlock(passphrase)
      return ok({})
    },
    'lock.touch': async () => {
      session.touch()
      return ok({})
    },
  }
}

async function createKey(
  { session, keys, preferences, events }: HostState,
  choice: Parameters<Implementation['key.create']>[0],
): Promise<Result<{ thumbprint: string }, Refusal>> {
  const wallet = session.open()
  if (!wallet.ok) return wallet
  // Before the choice: another passphrase must not take the place of the one that opens the present key.
  if (wallet.value.hasKey()) return refuse('key_exists', 'the wallet has a key already')
  const { place } = choice
  keys.setAside()
  keys.choose(place, choice.place === 'file' ? choice.passphrase : undefined)
  const created = await wallet.value.createKey()
  if (created.ok) {
    await preferences.update((draft) => void (draft.keyPlace = place))
    events.changed('wallet')
  }
  return created
}
