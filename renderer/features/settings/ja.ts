import type { Translated } from '../../i18n/words.ts'
import type { settings as original } from './en.ts'

export const settings = {
  title: '設定',
  appearance: '言語と表示',
  language: '言語',
  theme: 'テーマ',
  themes: { system: 'システムに合わせる', light: 'ライト', dark: 'ダーク' },
  hideAmounts: 'すべての画面で金額を隠す',
  security: 'ロック',
  autoLock: '自動的にロックするまでの時間',
  minutes_other: '{{count}}分',
  never: 'ロックしない',
  key: 'あなたの鍵',
  keyPlace: '保管場所',
  keyPlaces: { os: 'このシステムのキーチェーン', file: '暗号化ファイル(パスフレーズで開きます)' },
  market: '市場',
  marketName: '名称',
  authority: '認証局',
  fingerprint: 'ルート証明書のフィンガープリント',
  identity: '本人情報',
  name: '氏名',
  userId: '利用者番号',
  address: '住所',
  validUntil: '証明書の有効期限',
  saveIdentity: '本人情報ファイルを保存',
  identityFileWhat: 'ほかの人があなたに株券を譲渡するときに必要なファイルです。秘密の情報は含まれていません。',
  about: 'このアプリについて',
  aboutWhat:
    'Kabukenは電子株券のためのウォレットです。鍵はこの端末にとどまり、画面側から読み出すことも、確認なしに署名に使うこともできません。',
  licence: 'ライセンス',
  licenceWhat:
    'Apache License 2.0。組み込まれているライブラリは、それぞれの作者のMIT、ISC、Apacheライセンスに従います。',
} as const satisfies Translated<typeof original>
