import { z } from 'zod'
import { KeychainError, MAX_SECRET_BYTES } from './keychain.ts'
import type { Secret } from './keychain.ts'
import { isWhole, seal, sealedMembers, unseal } from './sealed.ts'

/** The longest file: 4/3 of the secret and less than 500 characters around it. */
export const MAX_KEY_FILE_BYTES = Math.ceil((MAX_SECRET_BYTES * 4) / 3) + 500

const KEY_FILE = z.strictObject({ version: z.literal(1), name: z.string(), ...sealedMembers })

type KeyFile = z.infer<typeof KEY_FILE>

/** Whose key this is. */
function heading({ version, name }: Pick<KeyFile, 'version' | 'name'>) {
  return ['kabuken key file', version, name] as const
}

export async function sealKeyFile(name: string, secret: Secret, passphrase: string): Promise<string> {
  const own = { version: 1, name } as const
  return `${JSON.stringify({ ...own, ...(await seal(heading(own), secret, passphrase)) }, undefined, 2)}\n`
}

/** Throws `keychain_damaged` for what we did not write, before any memory is spent on it, or `passphrase_wrong`. */
export async function openKeyFile(name: string, text: string, passphrase: () => Promise<string>): Promise<Secret> {
  const file = parse(text)
  if (file === undefined) throw new KeychainError('keychain_damaged', `the file of the key ${name} was altered`)
  if (file.name !== name) throw new KeychainError('keychain_damaged', `the file of the key ${name} is another key's`)
  const secret = await unseal(heading(file), file, await passphrase())
  if (secret === undefined) throw new KeychainError('passphrase_wrong', `the passphrase does not open the key ${name}`)
  return secret
}

function parse(text: string): KeyFile | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const { data: file } = KEY_FILE.safeParse(value)
  return file !== undefined && isWhole(heading(file), file) ? file : undefined
}
