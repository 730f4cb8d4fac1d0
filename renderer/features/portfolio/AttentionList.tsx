import { CircleCheck, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Attention } from '../../../shared/wallet-api/views.ts'
import { useCommand } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Section } from '../../ui/Page.tsx'
import { Refused } from '../../ui/States.tsx'
import { SyncProgress, useSync } from '../../ui/SyncProgress.tsx'
import css from './Portfolio.module.css'

export function AttentionList({ attention }: { readonly attention: readonly Attention[] }) {
  const { t } = useTranslation()
  return (
    <Section title={t('portfolio.attention')}>
      {attention.length === 0 ? (
        <p className={css['fine']}>
          <CircleCheck aria-hidden="true" size={20} />
          {t('portfolio.attentionNone')}
        </p>
      ) : (
        <ul className={css['rows']}>
          {attention.map((item) => (
            <li key={item.kind}>
              <TriangleAlert aria-hidden="true" size={20} className={css['mark']} />
              <span className={css['grow']}>
                <What item={item} />
              </span>
              <Remedy item={item} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function What({ item }: { readonly item: Attention }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  const { date } = useFormats()
  switch (item.kind) {
    case 'to_collect':
    case 'under_way':
    case 'unchecked':
    case 'backup_old':
    case 'orders_open':
      return t(`portfolio.kinds.${item.kind}`, { count: item.count })
    case 'certificate_expires':
    case 'to_accept':
      return t(`portfolio.kinds.${item.kind}`, { count: item.count, date: date(item.at) })
    case 'identity_expires':
      return t(`portfolio.kinds.${item.kind}`, { date: date(item.at) })
    case 'identity_refused':
      return item.refusal.code === 'cert_revoked' ? t('portfolio.kinds.identity_revoked') : words(item.refusal)
    case 'recovered':
    case 'revocation_unknown':
    case 'no_backup':
    case 'backup_identity':
      return t(`portfolio.kinds.${item.kind}`)
  }
}

function Remedy({ item }: { readonly item: Attention }) {
  const { t } = useTranslation()
  switch (item.kind) {
    case 'recovered':
      return <Asking operation="restore" label={t('portfolio.actions.restore')} />
    case 'revocation_unknown':
      return <Act operation="market.refresh" label={t('portfolio.actions.refresh')} />
    case 'unchecked':
      return <Asking operation="restore" label={t('portfolio.actions.ask')} />
    case 'no_backup':
    case 'backup_identity':
    case 'backup_old':
      return <LinkButton href={pathTo('settings')}>{t('portfolio.actions.backUp')}</LinkButton>
    case 'to_collect':
      return <Act operation="certificates.collectAll" label={t('portfolio.actions.collect')} />
    case 'under_way':
      return <Asking operation="sync" label={t('action.sync')} />
    case 'identity_refused':
      return <LinkButton href={pathTo('settings')}>{t('portfolio.actions.look')}</LinkButton>
    case 'identity_expires':
      return <LinkButton href={pathTo('settings')}>{t('portfolio.actions.renew')}</LinkButton>
    case 'certificate_expires':
      return <LinkButton href={pathTo('reissue', 'renew')}>{t('portfolio.actions.renew')}</LinkButton>
    case 'to_accept':
      return <LinkButton href={pathTo('transfers')}>{t('portfolio.actions.look')}</LinkButton>
    case 'orders_open':
      return <LinkButton href={pathTo('market')}>{t('portfolio.actions.look')}</LinkButton>
  }
}

function Act({
  operation,
  label,
}: {
  readonly operation: 'market.refresh' | 'certificates.collectAll'
  readonly label: string
}) {
  const { run, busy, refusal } = useCommand(operation)
  return (
    <>
      <Button isPending={busy} onPress={() => void run({})}>
        {label}
      </Button>
      {refusal !== undefined && <Refused refusal={refusal} />}
    </>
  )
}

function Asking({ operation, label }: { readonly operation: 'sync' | 'restore'; readonly label: string }) {
  const { start, busy, progress, refusal } = useSync(operation)
  return (
    <>
      <Button isPending={busy} onPress={() => void start()}>
        {label}
      </Button>
      {busy && (
        <div className={css['whole']}>
          <SyncProgress progress={progress} />
        </div>
      )}
      {refusal !== undefined && <Refused refusal={refusal} />}
    </>
  )
}
