import { create } from 'zustand'
import type { Settings } from '../../shared/wallet-api/views.ts'
import { wallet } from '../api/wallet.ts'
import { showLanguage } from '../i18n/language.ts'
import { keep } from '../ui/kept.ts'

/** The settings as the wallet keeps them; those of a new wallet until it answers. */
export const useSettings = create<{ readonly settings: Settings }>()(() => ({
  settings: { language: 'en', theme: 'system', hideAmounts: false, autoLockMinutes: 0, notifications: 'off' },
}))

/** To be called once: shows what the wallet keeps, now and whenever it changes. */
export function followSettings(): void {
  void read()
  wallet().on('changed', ({ topics }) => {
    if (topics.includes('settings')) void read()
  })
}

export async function changeSettings(change: Partial<Settings>) {
  const result = await wallet().call('settings.set', change)
  if (result.ok) await show(result.value)
  return result
}

async function read(): Promise<void> {
  const result = await wallet().call('settings.get', {})
  if (result.ok) await show(result.value)
}

async function show(settings: Settings): Promise<void> {
  const { dataset } = document.documentElement
  if (settings.theme === 'system') delete dataset['theme']
  else dataset['theme'] = settings.theme
  keep('theme', settings.theme)
  useSettings.setState({ settings })
  await showLanguage(settings.language)
}
