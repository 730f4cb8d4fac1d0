import { CircleAlert } from 'lucide-react'
import { Component, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../ui/Button.tsx'
import { Empty } from '../ui/States.tsx'

/** A bug in a screen takes down that screen, not the navigation around it. */
export class Crash extends Component<{ readonly children: ReactNode }, { readonly crashed: boolean }> {
  override state = { crashed: false }

  static getDerivedStateFromError() {
    return { crashed: true }
  }

  override render() {
    return this.state.crashed ? <Crashed /> : this.props.children
  }
}

function Crashed() {
  const { t } = useTranslation()
  return (
    <main>
      <Empty
        icon={CircleAlert}
        title={t('state.crashed')}
        action={<Button onPress={() => window.location.reload()}>{t('state.reload')}</Button>}
      >
        {t('state.crashedWhat')}
      </Empty>
    </main>
  )
}
