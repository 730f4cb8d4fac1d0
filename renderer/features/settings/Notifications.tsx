import { useTranslation } from 'react-i18next'
import type { Settings } from '../../../shared/wallet-api/views.ts'
import { useSettings } from '../../app/settings.ts'
import { Choice } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'

/** Only for the desktop application: in a browser the page may show none. */
export function Notifications({ onChange }: { readonly onChange: (change: Partial<Settings>) => void }) {
  const { t } = useTranslation()
  const chosen = useSettings(({ settings }) => settings.notifications)
  return (
    <Section title={t('settings.notifications')}>
      <Choice
        label={t('settings.notify')}
        value={chosen}
        options={[
          ['off', t('settings.notified.off')],
          ['plain', t('settings.notified.plain')],
          ['full', t('settings.notified.full')],
        ]}
        onChange={(notifications) => onChange({ notifications })}
      />
      <p>{t('settings.notifyWhat')}</p>
    </Section>
  )
}
