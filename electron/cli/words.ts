import type { Refusal } from '../../shared/kernel/result.ts'
import type { KeychainErrorCode } from '../wallet/keychain/keychain.ts'
import type { StoreErrorCode } from '../wallet/store/store.ts'
import type { WalletCode } from '../wallet/wallet.ts'
import { SERVER_WORDS } from './server-words.ts'

/** What happened and what to do next, by code. The words of others never reach the terminal: they could be made to deceive. */
const WALLET_WORDS: Readonly<Record<Exclude<WalletCode, keyof typeof SERVER_WORDS>, string>> = {
  under_way:
    'There is no answer yet. The request is kept and goes on being sent; it takes effect at most once. Look again with: kabuken wallet sync',
  stopped: 'It was stopped. What was done until then stays done.',
  already_answered:
    'This was answered or taken back before, so nothing was done. Bring the wallet up to date with: kabuken wallet sync',
  not_confirmed: 'Nobody agreed to it, so nothing was signed and nothing was sent.',
  bad_input: 'What you gave cannot be used; nothing was done. Check it and try again.',
  bad_link:
    'This is not the link of a market. It looks like kabuken://join?authority=…&root=…; ask the market for it once more.',
  not_joined: 'This wallet belongs to no market yet. Join one with: kabuken wallet enrol --join LINK',
  already_joined:
    'This wallet belongs to another market. Make a wallet of its own for this one, in another folder (--wallet DIR).',
  unreachable: 'The server does not answer, and nothing was changed. Check the network and try again.',
  no_key: 'This wallet has no key yet. Make it with: kabuken wallet init',
  key_exists: 'This wallet has its key already. It was left as it is.',
  bad_backup:
    'This is not the file of a backup, or not all of it, or it was altered. Nothing was restored; look for another copy.',
  backup_newer:
    'A newer version of this program made this backup. Nothing was restored; update the program and try again.',
  not_enrolled: 'You have no identity certificate in this market yet. Apply for one with: kabuken wallet enrol',
  already_enrolled: 'You have applied or are enrolled already. See how it stands with: kabuken wallet status',
  no_application: 'You have not applied for an identity certificate yet. Apply with: kabuken wallet enrol',
  wrong_certificate:
    'The authority certified another key, person or role than yours, so its answer was not taken. Tell the operator of the authority.',
  requests_under_way:
    'Requests that bear your present certificate are still without an answer. Let them finish first (kabuken wallet sync).',
  no_account: 'You have no account in this currency yet. Open one with: kabuken wallet cash open',
  account_exists: 'You have an account in this currency already.',
  account_differs:
    'The settlement server says that it opened another account than the one you asked for. Do not pay in; tell its operator.',
  address_required: 'The register needs your postal address. Set it with: kabuken wallet address ADDRESS',
  no_server:
    'The market has no server for this, or nobody there serves this security. Check the security with: kabuken wallet status',
  offering_unknown: 'No issuer of the market has this offering. See what is offered with: kabuken wallet offerings',
  terms_differ: 'The terms were changed since they were shown. Nothing was signed; read them again and decide anew.',
  nothing_to_collect: 'Nothing lies ready for you under this number.',
  certificate_not_as_requested:
    'The issuer signed something else than what was asked for, so it was not taken as yours. Keep this wallet and show the issuer the request: kabuken wallet history',
  certificate_unknown: 'No such certificate is known. See those that you hold with: kabuken wallet certificates',
  certificate_not_live: 'The certificate is not free to be used. See its state with: kabuken wallet certificates',
  certificate_file_missing: 'The certificate is yours but its file is not here. Fetch it with: kabuken wallet restore',
  not_enough_shares:
    'There are not enough shares for this; nothing was signed. See what you hold with: kabuken wallet certificates',
  too_many_certificates:
    'These are too many certificates at once. Consolidate some first: kabuken wallet reissue consolidate ID ID…',
  quantities_differ: 'The parts do not add up to the whole certificate. Nothing was signed; give quantities that do.',
  bad_file: 'This is not the file that is needed here, or it was altered. Ask for it once more.',
  not_for_me: 'This is made out to somebody else, so you cannot use it.',
  not_endorsed: 'This certificate is not made over to anybody, or it is not live any more.',
  endorsement_expired:
    'The time to accept this hand-over has passed. Ask the transferor to withdraw it and to sign a new one.',
  wrong_transferee: 'A certificate can only be made over to another investor of this market. Check the identity file.',
  receipt_differs:
    'The exchange gave a receipt for another order than yours. Do not rely on it; look with "kabuken wallet order list" and tell its operator.',
  no_completion_notice:
    'There is no notice that you sold in this match, so there is nothing to claim with. Look first with: kabuken wallet sync',
  revocation_unknown:
    'Nobody can tell now whose certificates were revoked, so no shares and no money move. Try again when the authority answers.',
}

const KEYCHAIN_WORDS: Readonly<Record<KeychainErrorCode, string>> = {
  keychain_locked: "This system's keychain is locked. Unlock it and try again; the key is not lost.",
  keychain_unavailable:
    'The keychain of this system cannot be used. Where there is none, keep the key in an encrypted file: kabuken wallet init --keys file',
  keychain_missing:
    'The keychain does not have the key of this wallet. No new one is made in its place. Look whether this is the right user, machine and wallet folder.',
  keychain_exists: 'The keychain has a key of this name already. It was left as it is.',
  keychain_damaged: 'The stored key was altered. It was left as it is; restore it from a backup.',
  keychain_not_saved: 'The key could not be saved, so there is none. Nothing depends on it yet; try again.',
  keychain_insecure_permissions:
    'Others can read the key file, so it is not used. Give it back to yourself alone: chmod 600 on the file in the folder "keys" of the wallet.',
  passphrase_wrong: 'The passphrase is wrong, or the key file was altered. Nothing was done.',
  passphrase_required:
    'The key is in an encrypted file and needs its passphrase: type it, or give --passphrase-file FILE or KABUKEN_WALLET_PASSPHRASE.',
}

const STORE_WORDS: Readonly<Record<StoreErrorCode, string>> = {
  store_locked: 'Another program has this wallet open. Close it, or wait until it has finished, and try again.',
  store_newer_version:
    'This wallet was written by a newer version of this program. Nothing was touched; use that version.',
  store_damaged:
    'The files of this wallet are damaged and so is their copy. Nothing was touched. Make a backup of the folder before you try anything.',
  store_invalid:
    'The files of this wallet are whole, but this version of the program cannot read them. Nothing was touched; use the version that wrote them.',
  store_unavailable: 'The folder of this wallet cannot be used. Check that it exists, is yours and is writable.',
  store_write_failed: 'The disk did not take the change, so it does not count. Check that there is room and try again.',
}

const WORDS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SERVER_WORDS),
  ...Object.entries(WALLET_WORDS),
  ...Object.entries(KEYCHAIN_WORDS),
  ...Object.entries(STORE_WORDS),
])

export function hasWords(code: string): boolean {
  return WORDS.has(code)
}

/** What happened and what to do next. Facts are shown only where they can be nothing but a name, number or instant. */
export function wordsFor({ code, details = {} }: Pick<Refusal, 'code' | 'details'>): string {
  const facts = Object.entries(details).flatMap(([name, value]) => {
    const label = FACTS[name]
    return label !== undefined && HARMLESS.test(value) ? [`${label} ${value}`] : []
  })
  return [WORDS.get(code) ?? unknown(code), ...(facts.length === 0 ? [] : [`(${facts.join(', ')})`])].join(' ')
}

const FACTS: Readonly<Record<string, string>> = {
  requestId: 'request',
  certificateId: 'certificate',
  state: 'state:',
  retiredAt: 'retired',
  retiredBy: 'by',
  member: 'member:',
  quantity: 'quantity:',
  server: 'server',
}

const HARMLESS = /^[0-9A-Za-z][0-9A-Za-z:._-]{0,79}$/
const NAME_OF_CODE = /^[a-z0-9_.]{1,60}$/

/** A newer server may have reasons that this program does not know. */
function unknown(code: string): string {
  const named = NAME_OF_CODE.test(code) ? `: ${code}` : ''
  return `It was refused for a reason that this version has no words for${named}. Update the program, or look the code up in docs/PROTOCOL.md.`
}
