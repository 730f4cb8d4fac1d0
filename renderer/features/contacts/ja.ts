import type { Translated } from '../../i18n/words.ts'
import type { contacts as original } from './en.ts'

export const contacts = {
  title: '連絡先',
  what: '株券を譲渡できる相手です。認証局が証明した本人情報ファイルから登録し、使うたびに改めて検証します。',
  add: '連絡先を追加',
  drop: '相手の本人情報ファイルをここにドロップするか、選択してください',
  added: '{{name}}さんを連絡先に追加しました。',
  list: '登録済みの連絡先',
  search: '検索',
  searchHint: '氏名、ラベル、メモ、利用者番号',
  noneFound: '検索に一致する連絡先はありません。',
  empty: '連絡先はまだありません',
  emptyWhat:
    '相手に本人情報ファイルを依頼してください。相手のウォレットの「譲渡」または「設定」の画面で保存できます。秘密の情報は含まれていません。',
  userId: '利用者番号',
  market: '市場',
  notAfter: '本人証明書の有効期限',
  addedAt: '追加日',
  expired: '期限切れ。新しいファイルを依頼してください',
  otherMarket: '別の市場',
  label: 'ラベル',
  note: 'メモ',
  remarksWhat: 'ラベルとメモはこのウォレットの外に出ません。',
  edit: 'ラベルとメモ',
  saved: '保存しました。',
  send: '株式を譲渡',
  remove: '削除',
  removeWhat: '{{name}}さんを削除しますか。すでに行った譲渡には影響しません。',
  removeSure: '削除する',
  removed: '{{name}}さんを連絡先から削除しました。',
} as const satisfies Translated<typeof original>
