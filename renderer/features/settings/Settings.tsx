import { useTranslation } from 'react-i18next'
import type { Overview, Settings as Kept } from '../../../shared/wallet-api/views.ts'
import { useOverview } from '../../api/overview.ts'
import { changeSettings, useSettings } from '../../app/settings.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Choice, Select, Switch } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Page, Section } from '../../ui/Page.tsx'
import { Shown } from '../../ui/States.tsx'
import { Backup } from './Backup.tsx'
import { About } from './About.tsx'
import { Identity } from './Identity.tsx'
import { Notifications } from './Notifications.tsx'
import { Servers } from './Servers.tsx'

const AUTO_LOCK_MINUTES = [1, 5, 15, 60, 0] as const

export default function Settings() {
  const { t } = useTranslation()
  const overview = useOverview()
  const change = useChange()
  return (
    <Page title={t('settings.title')}>
      <Appearance />
      <Shown answer={overview}>
        {(value) => (
          <>
            {value.host === 'desktop' && <Notifications onChange={change} />}
            <Lock keyPlace={value.keyPlace} />
            {value.wallet !== undefined && value.keyPlace !== undefined && <Backup backup={value.wallet.backup} />}
            {value.wallet?.identity !== undefined && (
              <Identity identity={value.wallet.identity} attention={value.wallet.attention} />
            )}
            {value.wallet?.market !== undefined && <Market market={value.wallet.market} />}
          </>
        )}
      </Shown>
      <About />
    </Page>
  )
}

/** Each setting is kept at once; only what went wrong is told. */
function useChange(): (change: Partial<Kept>) => void {
  const words = useRefusalWords()
  return (change) =>
    void changeSettings(change).then((result) => {
      if (!result.ok) announce(words(result.error), 'bad')
    })
}

function Appearance() {
  const { t } = useTranslation()
  const settings = useSettings((state) => state.settings)
  const change = useChange()
  return (
    <Section title={t('settings.appearance')}>
      <Choice
        label={t('settings.language')}
        value={settings.language}
        options={[
          ['en', 'English'],
          ['ja', '日本語'],
        ]}
        onChange={(language) => change({ language })}
      />
      <Choice
        label={t('settings.theme')}
        value={settings.theme}
        options={[
          ['system', t('settings.themes.system')],
          ['light', t('settings.themes.light')],
          ['dark', t('settings.themes.dark')],
        ]}
        onChange={(theme) => change({ theme })}
      />
      <Switch
        label={t('settings.hideAmounts')}
        isSelected={settings.hideAmounts}
        onChange={(hideAmounts) => change({ hideAmounts })}
      />
    </Section>
  )
}

function Lock({ keyPlace }: { readonly keyPlace: Overview['keyPlace'] }) {
  const { t } = useTranslation()
  const minutes = useSettings(({ settings }) => settings.autoLockMinutes)
  const change = useChange()
  const offered = [...new Set([...AUTO_LOCK_MINUTES, minutes])]
  return (
    <Section title={t('settings.security')}>
      <Select
        label={t('settings.autoLock')}
        value={String(minutes)}
        options={offered.map((count) => [
          String(count),
          count === 0 ? t('settings.never') : t('settings.minutes', { count }),
        ])}
        onChange={(chosen) => change({ autoLockMinutes: Number(chosen) })}
      />
      {keyPlace !== undefined && <Facts facts={[[t('settings.keyPlace'), t(`settings.keyPlaces.${keyPlace}`)]]} />}
    </Section>
  )
}

type OpenWallet = NonNullable<Overview['wallet']>

function Market({ market }: { readonly market: NonNullable<OpenWallet['market']> }) {
  const { t } = useTranslation()
  return (
    <Section title={t('settings.market')}>
      <Facts
        facts={[
          [t('settings.marketName'), market.marketName],
          [t('settings.authority'), market.authorityUrl],
          [t('settings.fingerprint'), market.fingerprint],
        ]}
      />
      <Servers />
    </Section>
  )
}
