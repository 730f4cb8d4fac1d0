import type { Translated } from '../words.ts'
import type { common as original } from '../en/common.ts'

export const common = {
  app: { name: 'Kabuken', skip: '本文へ移動', screens: '画面', title: '{{screen}} – Kabuken' },
  nav: {
    portfolio: '資産',
    certificates: '株券',
    offerings: '募集',
    cash: '資金',
    market: '市場',
    settings: '設定',
    transfers: '譲渡',
    contacts: '連絡先',
    reissue: '再発行',
    history: '履歴',
  },
  action: {
    retry: 'もう一度試す',
    close: '閉じる',
    cancel: 'キャンセル',
    save: '保存',
    sync: '最新の状態にする',
    syncing: '最新の状態にしています…',
  },
  amount: { hide: '金額を隠す', show: '金額を表示', hidden: '非表示' },
  shares_other: '{{formatted}}株',
  state: {
    loading: '読み込んでいます…',
    failed: '表示できませんでした',
    crashed: 'この画面は動作を停止しました',
    crashedWhat:
      'ウォレットの内容は変わっていません。画面を再読み込みしてください。繰り返す場合は、行った操作をお知らせください。',
    reload: '再読み込み',
    notFound: 'この画面はありません',
    toPortfolio: '資産の画面へ',
  },
  banner: {
    demonstration: 'デモ市場です。株式も資金も実在しません。',
    host: 'ウォレットが応答しません。再接続しています…',
    servers: '{{names}}に接続できません。自動的に再接続します。',
    stale: '証明書の失効状況を確認できないため、株式と資金の移動を停止しています。',
  },
  lock: {
    lock: 'ロック',
    title: 'ウォレットはロックされています',
    file: '開くには、鍵のパスフレーズを入力してください。',
    os: 'このシステムのキーチェーンにある鍵で開きます。',
    passphrase: 'パスフレーズ',
    open: '開く',
  },
  confirm: {
    title: '署名の確認が必要です',
    what: {
      enrolment: '本人証明書の申請',
      renewal: '本人証明書の更新',
      account_opening: '口座の開設',
      subscription: '株式の申込み',
      order: '注文',
      cancellation: '注文の取消し',
      replacement: '注文の変更',
      transfer: '名義書換の請求',
      reissue: '株券の再発行',
      claim: '代金の請求',
      endorsement: '株券の裏書',
      collection: '株券の受取り',
      inquiry: '照会',
    },
    browser:
      'ウォレット自身の確認ページ(別ウィンドウ)で内容を読み、確認してください。実際に署名される内容を示すのはそのページだけです。',
    desktop:
      '今開いたウォレットの確認ウィンドウで内容を読み、確認してください。実際に署名される内容を示すのはそのウィンドウだけです。',
    meanwhile: 'それまでは署名も送信もされません。{{time}}までに確認がなければ、拒否したものとして扱います。',
    open: '確認ページを開く',
    closed: {
      approved: '確認され、署名しました。',
      declined: '拒否されました。署名はしていません。',
      expired: '確認の期限が過ぎました。署名はしていません。',
    },
  },
  shareClass: { common: '普通株式', preferred: '優先株式', deferred: '劣後株式', convertible: '転換株式' },
  certificateState: { live: '有効', pending: '手続中', stopped: '停止', retired: '失効', lost: '紛失' },
  notice: { list: 'お知らせ', saved: '保存しました:{{fileName}}' },
} as const satisfies Translated<typeof original>
