import { market } from '../features/market/en.ts'
import { cash } from '../features/cash/en.ts'
import { offerings } from '../features/offerings/en.ts'
import { certificates } from '../features/certificates/en.ts'
import { portfolio } from '../features/portfolio/en.ts'
import { settings } from '../features/settings/en.ts'
import { welcome } from '../features/welcome/en.ts'
import { opened } from '../app/en.ts'
import { common } from './en/common.ts'
import { parts } from './en/parts.ts'
import { transfers } from '../features/transfers/en.ts'
import { contacts } from '../features/contacts/en.ts'
import { reissue } from '../features/reissue/en.ts'
import { history } from '../features/history/en.ts'
import { node } from '../features/node/en.ts'
import { refusal } from './en/refusal.ts'

/** All English words; every screen has its own part. */
export const en = {
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
} as const
