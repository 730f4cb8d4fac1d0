import type { Translated } from '../i18n/words.ts'
import type { opened as original } from './en.ts'

export const opened = {
  button: 'ファイルを開く',
  drop: 'ここで放すとファイルを開きます。操作は自動では行われません。',
  locked: 'ファイルが開かれました。ロックを解除すると表示します。',
  problems: {
    unknown:
      'このウォレットで開けるものではありません。株券、あなたへの譲渡、本人情報、市場のリンク、バックアップのいずれでもありません。',
    tooLarge: 'ウォレットのファイルとしては大きすぎます。',
  },
  waits: {
    endorsement: 'あなたへの譲渡のファイルが開かれました。ウォレットの準備ができたら表示します。',
    identity: '本人情報ファイルが開かれました。ウォレットの準備ができたら表示します。',
    certificate: '株券のファイルが開かれました。ウォレットの準備ができたら表示します。',
  },
  backup:
    'バックアップが開かれました。バックアップを復元できるのは空のウォレットだけです。このウォレットにはすでに鍵があり、変更はありません。復元するには別のウォレットを使用してください。',
  more_other: 'ほかに{{count}}件のファイルが開かれています。',
  next: '次のファイルを表示',
  sameMarket: '{{market}}のリンクが開かれました。このウォレットはすでに参加しています。',
  otherMarket:
    '別の市場のリンクが開かれました。このウォレットは{{market}}に参加しており、1つのウォレットで参加できる市場は1つです。変更はありません。別の市場には別のウォレットを使用してください。',
  authority: '別の市場の認証局',
  fingerprint: 'フィンガープリント',
} as const satisfies Translated<typeof original>
