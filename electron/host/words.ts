import type { ShareClass } from '../../shared/documents/fields.ts'
import type { ReissueGround } from '../../shared/documents/reissue.ts'
import type { TransferCause } from '../../shared/documents/transfer.ts'
import type { Language } from '../../shared/wallet-api/views.ts'
import type { Confirmable } from '../wallet/wallet.ts'

/** The words with which the host itself asks before something is signed, in each language. */
export interface ConfirmationWords {
  readonly signature: Asking
  readonly backup: Asking
  readonly closeThis: string
  readonly fact: (label: string, value: string) => string
  readonly over: string
  readonly titles: Readonly<Record<Exclude<Confirmable['kind'], 'order' | 'reissue'>, string>>
  readonly buy: string
  readonly sell: string
  readonly reissues: Readonly<Record<ReissueGround['kind'], string>>
  readonly facts: Readonly<Record<Fact, string>>
  readonly classes: Readonly<Record<ShareClass, string>>
  readonly causes: Readonly<Record<TransferCause, string>>
  readonly shares: (count: string, of: string) => string
  readonly certificate: (company: string, shares: string, id: string) => string
  readonly partOf: (part: string, whole: string) => string
  readonly minorUnits: (amount: string) => string
  readonly atMarket: string
  readonly forTheDay: string
  readonly until: (instant: string) => string
  readonly immediate: string
  readonly allOrNothing: string
  readonly underNewId: (shares: string) => string
  readonly keyAnd: (certificates: string) => string
  readonly whoeverHas: string
}

/** A question, its two answers and what follows from each. */
export interface Asking {
  readonly heading: string
  /** What to look at before one answers. */
  readonly check: string
  readonly agree: string
  readonly decline: string
  readonly agreed: string
  readonly declined: string
}

export type Fact =
  | 'name'
  | 'holds'
  | 'mind'
  | 'address'
  | 'currency'
  | 'shares'
  | 'offering'
  | 'holder'
  | 'terms'
  | 'number'
  | 'price'
  | 'validity'
  | 'costs'
  | 'brings'
  | 'certificate'
  | 'keep'
  | 'order'
  | 'wholeQuantity'
  | 'from'
  | 'to'
  | 'cause'
  | 'into'
  | 'match'
  | 'amount'
  | 'acceptUntil'
  | 'question'
  | 'server'

const en: ConfirmationWords = {
  signature: {
    heading: 'Your signature is asked for',
    check: 'What stands here is what is signed. Sign only if it is what you want.',
    agree: 'Sign',
    decline: 'Do not sign',
    agreed: 'Signed.',
    declined: 'Not signed. Nothing was sent.',
  },
  backup: {
    heading: 'Your consent is asked for',
    check: 'No backup is made unless you agree here.',
    agree: 'Make the backup',
    decline: 'Do not make it',
    agreed: 'The backup is being made.',
    declined: 'No backup was made.',
  },
  closeThis: 'You can close this window.',
  fact: (label, value) => `${label}: ${value}`,
  over: 'This is no longer waiting for your answer.',
  titles: {
    enrolment: 'Application for an identity certificate',
    renewal: 'Renewal of your identity certificate',
    account_opening: 'Opening of a settlement account',
    subscription: 'Subscription to shares',
    collection: 'Collection of a certificate',
    cancellation: 'Cancellation of an order',
    replacement: 'Change of an order',
    transfer: 'Registration of shares that were made over to you',
    claim: 'Claim of the money for a sale',
    inquiry: 'Question to a server',
    endorsement: 'Shares made over to another person',
    backup: 'A copy of your key and of everything in this wallet',
  },
  buy: 'Order to buy',
  sell: 'Order to sell',
  reissues: {
    lost: 'Reissue of lost certificates: their present IDs become worthless',
    split: 'Split of a certificate',
    consolidation: 'Consolidation of certificates into one',
    damaged: 'Reissue of damaged certificates',
    renewal: 'Renewal of certificates',
    withdrawal: 'Withdrawal of a hand-over: the file you gave becomes worthless',
  },
  facts: {
    name: 'Name',
    holds: 'It holds',
    mind: 'Mind',
    address: 'Address',
    currency: 'Currency',
    shares: 'Shares',
    offering: 'Offering',
    holder: 'In the name of',
    terms: 'Terms with the hash',
    number: 'Number',
    price: 'Price per share',
    validity: 'Valid',
    costs: 'Costs at most',
    brings: 'Brings at least',
    certificate: 'Certificate',
    keep: 'You keep',
    order: 'Order',
    wholeQuantity: 'Quantity of the whole order',
    from: 'From',
    to: 'To',
    cause: 'Cause',
    into: 'Into',
    match: 'Match',
    amount: 'Amount',
    acceptUntil: 'Can be accepted until',
    question: 'Question',
    server: 'Sent to',
  },
  classes: { common: 'common', preferred: 'preferred', deferred: 'deferred', convertible: 'convertible' },
  causes: { trade: 'trade', sale: 'sale', gift: 'gift', inheritance: 'inheritance', other: 'other' },
  shares: (count, of) => `${count} ${of}`,
  certificate: (company, shares, id) => `${company}: ${shares} (ID ${id})`,
  partOf: (part, whole) => `${part} of ${whole}`,
  minorUnits: (amount) => `${amount} minor units`,
  atMarket: 'market price',
  forTheDay: 'until the end of the market day',
  until: (instant) => `until ${instant}`,
  immediate: 'at once; the rest is cancelled',
  allOrNothing: 'at once and in full, or not at all',
  underNewId: (shares) => `${shares}, under a new certificate ID`,
  keyAnd: (certificates) => `your key, ${certificates} certificates, evidence, contacts and settings`,
  whoeverHas:
    'Whoever has this file and its passphrase can sign in your name. Agree only if you asked for it just now.',
}

const ja: ConfirmationWords = {
  signature: {
    heading: '署名の確認',
    check: 'ここに表示された内容に署名します。ご自身の意図どおりの場合にだけ署名してください。',
    agree: '署名する',
    decline: '署名しない',
    agreed: '署名しました。',
    declined: '署名していません。何も送信されていません。',
  },
  backup: {
    heading: 'バックアップの確認',
    check: 'ここで同意しないかぎり、バックアップは作成されません。',
    agree: 'バックアップを作成する',
    decline: '作成しない',
    agreed: 'バックアップを作成しています。',
    declined: 'バックアップは作成していません。',
  },
  closeThis: 'この画面は閉じてかまいません。',
  fact: (label, value) => `${label}：${value}`,
  over: 'この確認はすでに終了しています。',
  titles: {
    enrolment: '本人証明書の申請',
    renewal: '本人証明書の更新',
    account_opening: '決済口座の開設',
    subscription: '株式の申込み',
    collection: '株券の受取り',
    cancellation: '注文の取消し',
    replacement: '注文の変更',
    transfer: '譲り受けた株式の名義書換',
    claim: '売却代金の請求',
    inquiry: 'サーバーへの照会',
    endorsement: '他の方への株式の譲渡',
    backup: '鍵とこのウォレットのすべての内容の写し',
  },
  buy: '買い注文',
  sell: '売り注文',
  reissues: {
    lost: '紛失した株券の再発行（現在の株券IDは無効になります）',
    split: '株券の分割',
    consolidation: '株券の併合',
    damaged: '破損した株券の再発行',
    renewal: '株券の更新',
    withdrawal: '譲渡の取下げ（渡したファイルは無効になります）',
  },
  facts: {
    name: '氏名',
    holds: '内容',
    mind: 'ご注意',
    address: '住所',
    currency: '通貨',
    shares: '株式',
    offering: '募集番号',
    holder: '名義',
    terms: '募集要項のハッシュ値',
    number: '番号',
    price: '1株の価格',
    validity: '有効期間',
    costs: '支払額（上限）',
    brings: '受取額（下限）',
    certificate: '株券',
    keep: '手元に残る株式',
    order: '注文番号',
    wholeQuantity: '注文全体の株数',
    from: '譲渡人',
    to: '譲受人',
    cause: '原因',
    into: '分割後',
    match: '約定番号',
    amount: '金額',
    acceptUntil: '受取期限',
    question: '照会内容',
    server: '送信先',
  },
  classes: { common: '普通株', preferred: '優先株', deferred: '劣後株', convertible: '転換株' },
  causes: { trade: '売買（取引所）', sale: '売買', gift: '贈与', inheritance: '相続', other: 'その他' },
  shares: (count, of) => `${of} ${count}株`,
  certificate: (company, shares, id) => `${company}：${shares}（ID ${id}）`,
  partOf: (part, whole) => `${whole}株のうち${part}株`,
  minorUnits: (amount) => `${amount}（最小単位）`,
  atMarket: '成行',
  forTheDay: '当日限り',
  until: (instant) => `${instant}まで`,
  immediate: '即時執行（残りは取消し）',
  allOrNothing: '全量即時執行（成立しなければ取消し）',
  underNewId: (shares) => `${shares}（新しい株券ID）`,
  keyAnd: (certificates) => `鍵、株券${certificates}枚、証拠、連絡先、設定`,
  whoeverHas:
    'このファイルとパスフレーズを持つ人は、あなたの名義で署名できます。たった今ご自身で求めた場合にだけ同意してください。',
}

export const WORDS: Readonly<Record<Language, ConfirmationWords>> = { en, ja }
