import { settings } from '../features/settings/en.ts'
import { common } from './en/common.ts'
import { refusal } from './en/refusal.ts'

/** All English words; every screen has its own part. */
export const en = { ...common, refusal, settings } as const
