import { formatCount, formatMoney } from '../../shared/terminal/amount.ts'
import type { Language, Settings } from '../../shared/wallet-api/views.ts'
import type { CompletionView } from '../wallet/wallet.ts'
import type { News } from './news.ts'
import { WORDS as SHARE_WORDS } from './words.ts'

/** What the system shows over other programs, and on a locked screen: anybody may read it. */
export interface Notice {
  readonly title: string
  readonly body: string
}

const en = {
  traded: (count: number) => (count === 1 ? 'Your order was carried out' : `${count} trades of yours were carried out`),
  bought: (shares: string, amount: string) => `Bought ${shares} for ${amount}`,
  sold: (shares: string, amount: string) => `Sold ${shares} for ${amount}`,
  more: (count: number) => `and ${count} more`,
  toCollect: (count: number) =>
    count === 1 ? 'A certificate is ready to be collected' : `${count} certificates are ready to be collected`,
  identity: 'Your identity certificate is here',
  identityBody: 'You can take part in the market now.',
  nodeFailed: 'The servers of your market have stopped',
  nodeFailedBody: 'Open the wallet to start them again.',
  nodeGoesOn: 'Your market goes on running',
  nodeGoesOnBody: 'The window is closed. Open or quit Kabuken with its icon beside the clock.',
  look: 'Open the wallet to see it.',
}

const ja: typeof en = {
  traded: (count) => (count === 1 ? '注文が約定しました' : `${count}件の取引が約定しました`),
  bought: (shares, amount) => `${shares}を${amount}で買い付けました`,
  sold: (shares, amount) => `${shares}を${amount}で売却しました`,
  more: (count) => `ほか${count}件`,
  toCollect: (count) => (count === 1 ? '株券を受け取れます' : `${count}枚の株券を受け取れます`),
  identity: '本人証明書が届きました',
  identityBody: '市場に参加できるようになりました。',
  nodeFailed: '市場のサーバーが停止しました',
  nodeFailedBody: 'ウォレットを開いて、もう一度起動してください。',
  nodeGoesOn: '市場は動き続けています',
  nodeGoesOnBody: 'ウィンドウを閉じました。開くときや終了するときは、時計の横のアイコンを使ってください。',
  look: '詳しくはウォレットをご覧ください。',
}

const WORDS: Readonly<Record<Language, typeof en>> = { en, ja }

/** How many trades are named; the rest is counted. */
const MAX_NAMED = 3

/**
 * Undefined where the person wants none; that servers go on without a window is said nevertheless. Whoever hides amounts has them
 * hidden here too.
 */
export function noticeFor(
  news: News,
  { language, notifications, hideAmounts }: Pick<Settings, 'language' | 'notifications' | 'hideAmounts'>,
): Notice | undefined {
  if (notifications === 'off' && news.kind !== 'node_goes_on') return undefined
  const words = WORDS[language]
  switch (news.kind) {
    case 'traded': {
      const { trades } = news
      const isFull = notifications === 'full' && !hideAmounts
      return { title: words.traded(trades.length), body: isFull ? tradesInFull(trades, language) : words.look }
    }
    case 'to_collect':
      return { title: words.toCollect(news.count), body: words.look }
    case 'identity_approved':
      return { title: words.identity, body: words.identityBody }
    case 'node_failed':
      return { title: words.nodeFailed, body: words.nodeFailedBody }
    case 'node_goes_on':
      return { title: words.nodeGoesOn, body: words.nodeGoesOnBody }
  }
}

function tradesInFull(trades: readonly CompletionView[], language: Language): string {
  const words = WORDS[language]
  const { shares, classes } = SHARE_WORDS[language]
  const lines = trades.slice(0, MAX_NAMED).map(({ side, security, shareClass, quantity, amountMinor, currency }) => {
    const what = shares(formatCount(quantity), `${security} ${classes[shareClass]}`)
    return words[side === 'buy' ? 'bought' : 'sold'](what, formatMoney(amountMinor, currency))
  })
  const left = trades.length - MAX_NAMED
  return [...lines, ...(left > 0 ? [words.more(left)] : [])].join('\n')
}
