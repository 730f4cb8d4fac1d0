import { useTranslation } from 'react-i18next'
import { LinkButton } from '../ui/Button.tsx'
import { Page } from '../ui/Page.tsx'
import { pathTo } from './router.ts'
import { FIRST_SCREEN } from './screens.ts'

export function NotFound() {
  const { t } = useTranslation()
  return (
    <Page title={t('state.notFound')}>
      <p>
        <LinkButton href={pathTo(FIRST_SCREEN)}>{t('state.toPortfolio')}</LinkButton>
      </p>
    </Page>
  )
}
