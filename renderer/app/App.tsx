import { Suspense, lazy, useEffect, type ComponentType } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../shared/wallet-api/views.ts'
import { followChanges } from '../api/answers.ts'
import { setUpStep, useOverview } from '../api/overview.ts'
import { Notices } from '../ui/notices.tsx'
import { Loading, Shown } from '../ui/States.tsx'
import { DropAnywhere } from './Arrivals.tsx'
import { Crash } from './Crash.tsx'
import { LockScreen } from './LockScreen.tsx'
import { useFirstRun } from './first-run.ts'
import { followOpened } from './opened.ts'
import { FIRST_SCREEN, isScreen, screens, type ScreenProps } from './screens.ts'
import { usePlace } from './router.ts'
import { Shell } from './Shell.tsx'
import { NotFound } from './NotFound.tsx'
import { touchOnUse } from './touch.ts'

const Welcome = lazy(() => import('../features/welcome/Welcome.tsx'))

export function App() {
  const { i18n } = useTranslation()
  useEffect(() => {
    const ends = [followChanges(), followOpened(), touchOnUse()]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return (
    <I18nProvider locale={i18n.language}>
      <Crash>
        <Opened />
      </Crash>
      <DropAnywhere />
      <Notices />
    </I18nProvider>
  )
}

function Opened() {
  const overview = useOverview()
  return <Shown answer={overview}>{(value) => <Around overview={value} />}</Shown>
}

function Around({ overview }: { readonly overview: Overview }) {
  const { accountLater, restoring } = useFirstRun()
  const { screen, parts } = usePlace()
  if (overview.lock === 'locked') return <LockScreen overview={overview} />
  const step = setUpStep(overview)
  // A market can be made here before this wallet belongs to one.
  if (restoring || (step !== 'done' && !(step === 'account' && accountLater) && screen !== 'node'))
    return (
      <Shell overview={overview}>
        <Suspense fallback={<Loading />}>
          <Welcome overview={overview} step={step} />
        </Suspense>
      </Shell>
    )
  const name = screen === '' ? FIRST_SCREEN : screen
  if (!isScreen(name))
    return (
      <Shell overview={overview} navigation>
        <NotFound />
      </Shell>
    )
  const Screen: ComponentType<ScreenProps> = screens[name].component
  return (
    <Shell overview={overview} navigation={step === 'done' || accountLater} current={name}>
      <Crash key={[name, ...parts].join('/')}>
        <Suspense fallback={<Loading />}>
          <Screen parts={parts} />
        </Suspense>
      </Crash>
    </Shell>
  )
}
