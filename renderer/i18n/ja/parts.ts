import type { Translated } from '../words.ts'
import type { parts as original } from '../en/parts.ts'

export const parts = {
  drop: {
    choose: 'ファイルを選択',
    tooLarge: 'ウォレットが扱えるファイルの大きさ（128 KiB）を超えています。',
  },
  passphrase: {
    hint: '8文字以上。1語よりも複数の語の組合せが安全です。',
    again: 'パスフレーズ（確認）',
    differs: '2つの入力が一致しません。',
    tooShort: '8文字以上必要です。',
    strength: {
      short: 'まだ短すぎます。',
      weak: '推測されやすい長さです。語を加えてください。',
      fair: '十分です。もう1語加えるとさらに安全です。',
      strong: '安全性は高いです。',
    },
  },
  syncStep: {
    market: '市場に照会しています',
    requests: '未回答の請求を確認しています',
    events: '通知を読み込んでいます',
    holdings: '発行者に照会しています',
    collect: '株券を受け取っています',
    orders: '注文を確認しています',
  },
  pick: {
    search: '検索',
    searchHint: '会社名、銘柄、ラベル、株券ID',
    noneFound: '検索に一致する株券はありません。',
    more_other: 'ほかに{{count}}枚あります。検索で絞り込んでください。',
    oneClass: '一度に選べるのは同じ銘柄の株券だけです。',
  },
  verification: {
    list: '検証項目',
    verdict: {
      valid: '有効です。すべての検証に合格しました。',
      invalid: '有効ではありません。信用しないでください。',
      undecided: '判定できません。不合格はありませんが、今は確認できない項目があります。',
    },
    outcome: { passed: '合格', failed: '不合格', not_checked: '未確認' },
    check: {
      form: '文書の形式',
      transferor: '譲渡人の署名',
      endorsement: '譲渡人本人の株券',
      transferee: 'あなた宛ての裏書',
      endorsement_validity: '受取りの期限',
      issuer: 'この市場の発行者',
      chain: 'ルートまでの証明書チェーン',
      revocation: '失効していないこと',
      signature: '発行者の署名',
      issuer_may_issue: '発行の権限',
      validity: '有効期間',
      register: '株主名簿での状態',
    },
    proves: {
      form: '欠けた項目がなく、正しい種類の文書です。',
      transferor: 'この市場が本人確認した投資家が裏書に署名し、その後変更されていません。',
      endorsement: '株券は署名者の名義で、譲渡する株数以上の株式を表しています。',
      transferee: '裏書はあなたを指名しており、ほかの人は使えません。',
      endorsement_validity: 'まだ受け取ることができます。',
      issuer: '市場の一覧にある発行者が株券に署名しました。',
      chain: '発行者の証明書は、あなたが照合したフィンガープリントのルートにつながっています。',
      revocation: '署名者はだれも署名の権限を失っていません。',
      signature: '発行者の署名以降、株券は一文字も変更されていません。',
      issuer_may_issue: '認証局は発行者にこの銘柄の発行を認めています。',
      validity: '株券の有効期間は終わっていません。',
      register: '今発行者に照会しました。使用済み、停止、再発行のいずれでもありません。',
    },
    earlier: '先の検証が不合格でした。',
  },
} as const satisfies Translated<typeof original>
