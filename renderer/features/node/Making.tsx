import { useTranslation } from 'react-i18next'
import type { NodeState } from '../../../shared/wallet-api/node.ts'
import { useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Loading } from '../../ui/States.tsx'
import css from './Node.module.css'

/** Keys and certificates are being made; nothing of it counts before it is whole. */
export function Making({ node: { making } }: { readonly node: NodeState }) {
  const { t } = useTranslation()
  const stop = useCommand('node.stop')
  return (
    <Section title={t('node.making.title')}>
      <p aria-live="polite">
        {making === undefined && t('node.making.begin')}
        {making?.step === 'root' && t('node.making.root')}
        {making?.step === 'enrol' && t('node.making.enrol', { role: t(`node.roles.${making.role}`) })}
        {making?.step === 'waits' && t('node.making.waits', { number: making.applicationNumber })}
      </p>
      <Loading />
      <div className={css['row']}>
        <Button isPending={stop.busy} onPress={() => void stop.run({})}>
          {t('node.making.stop')}
        </Button>
      </div>
    </Section>
  )
}
