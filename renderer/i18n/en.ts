import { certificates } from '../features/certificates/en.ts'
import { portfolio } from '../features/portfolio/en.ts'
import { settings } from '../features/settings/en.ts'
import { welcome } from '../features/welcome/en.ts'
import { common } from './en/common.ts'
import { parts } from './en/parts.ts'
import { refusal } from './en/refusal.ts'

/** All English words; every screen has its own part. */
export const en = { ...common, refusal, certificates, portfolio, settings, welcome, parts } as const
