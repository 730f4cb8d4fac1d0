import type { Clock } from '../../shared/kernel/ports.ts'
import { systemClock } from '../runtime/ids.ts'
import { memberAsker, openMarket, presentRole, type RenewalOptions } from './renewal.ts'
import { roleFolder, saveIdentity, StartRefused } from './role-folder.ts'

/** How far an issuer has come that takes on another company. */
export type Widening =
  /** The certificate is here; the node takes it over when it starts next. */
  | { readonly state: 'certified'; readonly securities: readonly string[] }
  /** The operator of the authority has not decided; `securities`: those that are asked for in addition. */
  | { readonly state: 'pending'; readonly applicationNumber: string; readonly securities: readonly string[] }

/**
 * [CA2]: asks the authority to certify this node's issuer for what its configuration names beyond its certificate, or looks what
 * became of it. To be asked again until it is certified; each application is made once.
 */
export async function widenIssuer(options: RenewalOptions & { readonly clock?: Clock }): Promise<Widening> {
  const { loaded, passphrase, clock = systemClock } = options
  const { issuer } = loaded.config.roles
  if (issuer === undefined) throw new StartRefused('wrong_role', 'this node has no issuer')
  const market = await openMarket(loaded, clock)
  const folder = roleFolder(loaded.dataFolder, 'issuer')
  const own = await presentRole('issuer', { loaded, passphrase, clock, market })
  const certified = own.certificate.policy.mayIssue ?? []
  const named = new Set(issuer.classes.map(({ security }) => security))
  const added = [...named].filter((security) => !certified.includes(security))
  const { application, ...identity } = own.identity
  if (added.length === 0) {
    if (application !== undefined) saveIdentity(folder, identity)
    return { state: 'certified', securities: certified }
  }
  const asker = memberAsker(own, market)
  const pending = (applicationNumber: string): Widening => {
    saveIdentity(folder, { ...identity, application: applicationNumber })
    return { state: 'pending', applicationNumber, securities: added }
  }
  try {
    if (application !== undefined) {
      const asked = await asker.ask('authority.application', { applicationNumber: application })
      if (asked.ok && asked.value.state === 'pending') return pending(application)
      if (asked.ok && asked.value.state === 'refused') {
        // Told once: whoever asks again after that wants to.
        saveIdentity(folder, identity)
        throw new StartRefused(
          'application_refused',
          `the authority refused ${application}: ${asked.value.reason ?? 'no reason given'}`,
        )
      }
    }
    const asked = await asker.ask('authority.widen', { securities: [...certified, ...added] })
    if (asked.ok) return pending(asked.value.applicationNumber)
    const { code, message, details } = asked.error
    // Asked for before this machine could note the number.
    if (code === 'application_pending') return pending(String(details?.['applicationNumber']))
    throw new StartRefused(code, `the authority refused: ${message}`)
  } finally {
    asker.close()
  }
}
