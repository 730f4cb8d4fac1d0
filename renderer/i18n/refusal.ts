import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../shared/kernel/result.ts'

const NAME_OF_CODE = /^[a-z0-9_.]{1,60}$/

/** Our own words for a refusal: those of others never reach the screen, they could be made to deceive. */
export function useRefusalWords(): (refusal: Pick<Refusal, 'code'>) => string {
  const { t, i18n } = useTranslation()
  return ({ code }) => {
    const key = `refusal.${code.replaceAll('.', '-')}`
    if (NAME_OF_CODE.test(code) && i18n.exists(key)) return t(key as 'refusal.locked')
    return t('refusal.unknown', { code: NAME_OF_CODE.test(code) ? code : '?' })
  }
}
