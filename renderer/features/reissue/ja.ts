import type { Translated } from '../../i18n/words.ts'
import type { reissue as original } from './en.ts'

export const reissue = {
  title: '再発行',
  what: 'あなたの株式は株主名簿に記録されています。紛失した株券の再発行、株券の分割と併合ができます。元の株券は無効になります。',
  back: '一覧へ',
  ways: {
    lost: {
      title: '紛失・盗難',
      what: 'ファイルを失った株券や、複製されたおそれのある株券を再発行します。元の株券IDは直ちに無効になります。',
    },
    split: { title: '分割', what: '1枚の株券を複数に分けます。一部を譲渡する前などに使います。' },
    consolidate: { title: '併合', what: '同じ銘柄の複数の株券を1枚にまとめます。' },
    renew: {
      title: '更新',
      what: '有効期限の近い株券や、ファイルが破損した株券を作り直します。期限までは売却や譲渡ができますが、期限を過ぎると先に更新が必要です。',
    },
    restore: {
      title: '自分名義のすべて',
      what: 'あなたの名義で登録されている株券をすべての発行者に照会し、取得します。',
    },
  },
  lost: {
    pick: '紛失した株券はどれですか',
    note: '写しを持つ人は、以後それを使うことができません。譲渡などの進行中の手続は終了します。',
    missing: '一覧にない場合は、先に「自分名義のすべて」を取得してください。',
    sign: '再発行を請求',
    empty: '紛失を届け出られる株券はありません',
    done_other: '{{count}}枚の株券が新しいIDで再発行されました。',
  },
  split: {
    pick: 'どの株券を分割しますか',
    empty: '分割できる株券はありません',
    emptyWhat: '有効で、2株以上の株券が必要です。',
    parts: '分割後の株数',
    part: '{{number}}枚目',
    add: '1枚追加',
    remove: '{{number}}枚目を削除',
    partWrong: '1以上の整数を入力してください。',
    sumRight: '合計は{{whole}}で一致しています。',
    sumLess: '合計{{sum}}/{{whole}}。残り{{rest}}を割り当ててください。',
    sumMore: '合計{{sum}}/{{whole}}。{{rest}}超過しています。',
    even: '等分する',
    sign: '分割する',
    done_other: '{{count}}枚の新しい株券に分割しました。',
  },
  consolidate: {
    pick: 'どの株券を併合しますか',
    empty: '併合できる同じ銘柄の株券が2枚以上ありません',
    sum: '{{shares}}の株券1枚になります',
    tooFew: '2枚以上選択してください。',
    sign: '併合する',
    done_other: '{{count}}枚の株券に併合しました。',
  },
  renew: {
    pick: 'どの株券を更新しますか',
    empty: '更新できる株券はありません',
    sign: '更新する',
    done_other: '更新しました。新しい株券は{{count}}枚です。',
  },
  tooMany: '発行者が一度に受け付けるのは{{most}}枚までです。数を減らしてください。',
  restore: {
    note: 'これによって変わるものはありません。ファイルの欠落や破損があるときにも使ってください。',
    start: '自分名義の株券をすべて取得',
    running: '取得しています…',
    live_other: '有効な株券は{{count}}枚です。',
    fetched_other: '{{count}}枚を新たに取得しました。',
    fetchedNone: '欠けているものはありませんでした。',
    faults: '次の処理は今回完了できませんでした。それ以外は完了しています。',
  },
  toCertificates: '株券の一覧へ',
  toShow: '{{id}}を表示',
} as const satisfies Translated<typeof original>
