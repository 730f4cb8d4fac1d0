import { settings } from '../features/settings/en.ts'
import { common } from './en/common.ts'
import { parts } from './en/parts.ts'
import { refusal } from './en/refusal.ts'

/** All English words; every screen has its own part. */
export const en = { ...common, refusal, settings, parts } as const
