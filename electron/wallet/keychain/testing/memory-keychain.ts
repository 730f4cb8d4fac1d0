import { exists, type Keychain, type Secret } from '../keychain.ts'

/** Of a machine that is lost with all that is in it. */
export function memoryKeychain(): Keychain {
  const secrets = new Map<string, Secret>()
  return {
    load: (name) => Promise.resolve(secrets.get(name)),
    create: (name, secret) => {
      if (secrets.has(name)) throw exists(name)
      secrets.set(name, secret.slice())
      return Promise.resolve()
    },
    remove: (name) => Promise.resolve(void secrets.delete(name)),
  }
}
