import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Language } from '../../shared/wallet-api/views.ts'
import { kept, keep } from '../ui/kept.ts'
import type { Words } from './words.ts'

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'words'
    resources: { words: Words }
  }
}

const words = {
  en: () => import('./en.ts').then(({ en }) => en),
  ja: () => import('./ja.ts').then(({ ja }) => ja),
} as const

/** Before the wallet has told the setting: what was chosen here last, else what the system speaks. */
export async function startLanguage(): Promise<void> {
  const first: Language = kept('language', ['en', 'ja']) ?? (navigator.language.startsWith('ja') ? 'ja' : 'en')
  await i18next.use(initReactI18next).init({
    defaultNS: 'words',
    ns: ['words'],
    lng: first,
    resources: { [first]: { words: await words[first]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = first
}

/** One language is loaded at a time: nobody waits for words that they do not read. */
export async function showLanguage(language: Language): Promise<void> {
  if (i18next.language === language) return
  if (!i18next.hasResourceBundle(language, 'words'))
    i18next.addResourceBundle(language, 'words', await words[language]())
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  keep('language', language)
}
