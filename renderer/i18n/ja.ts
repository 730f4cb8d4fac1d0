import { market } from '../features/market/ja.ts'
import { cash } from '../features/cash/ja.ts'
import { offerings } from '../features/offerings/ja.ts'
import { certificates } from '../features/certificates/ja.ts'
import { portfolio } from '../features/portfolio/ja.ts'
import { settings } from '../features/settings/ja.ts'
import { welcome } from '../features/welcome/ja.ts'
import { opened } from '../app/ja.ts'
import { common } from './ja/common.ts'
import { parts } from './ja/parts.ts'
import { transfers } from '../features/transfers/ja.ts'
import { contacts } from '../features/contacts/ja.ts'
import { reissue } from '../features/reissue/ja.ts'
import { history } from '../features/history/ja.ts'
import { node } from '../features/node/ja.ts'
import { refusal } from './ja/refusal.ts'
import type { Translated, Words } from './words.ts'

/** All Japanese words; every screen has its own part. */
export const ja = {
  ...common,
  opened,
  refusal,
  market,
  cash,
  offerings,
  certificates,
  portfolio,
  settings,
  welcome,
  parts,
  transfers,
  contacts,
  reissue,
  history,
  node,
} as const satisfies Translated<Words>
