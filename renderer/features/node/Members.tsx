import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Select } from '../../ui/Field.tsx'
import { Section } from '../../ui/Page.tsx'
import { Shown, Word } from '../../ui/States.tsx'
import { Ask } from './Ask.tsx'
import css from './Node.module.css'
import { usePages } from './pages.ts'
import { Table } from './Table.tsx'

type Certificate = OperationOutput<'node.authority.certificates'>['certificates'][number]

const REASONS = [
  'unspecified',
  'key_compromise',
  'affiliation_changed',
  'superseded',
  'cessation_of_operation',
] as const
const TONES = { valid: 'good', revoked: 'bad', superseded: 'calm' } as const

/** Whom the authority has certified, one row a signing certificate. */
export function Members() {
  const { t } = useTranslation()
  const { date } = useFormats()
  const [revoked, revoke] = useState<Certificate>()
  const answer = usePages('node.authority.certificates', {}, ({ certificates, more }) => ({
    rows: certificates,
    more,
    next: { after: certificates.at(-1)?.serial },
  }))
  return (
    <Section title={t('node.members.title')}>
      <Shown answer={answer}>
        {({ rows }) => {
          const members = rows.filter(({ usage }) => usage === 'signing')
          if (members.length === 0) return <p className={css['soft']}>{t('node.members.none')}</p>
          return (
            <Table
              label={t('node.members.title')}
              rows={members}
              keyOf={({ serial }) => serial}
              columns={[
                { title: t('node.members.name'), cell: ({ name }) => name },
                { title: t('node.members.userId'), cell: ({ userId }) => userId },
                { title: t('node.members.role'), cell: ({ role }) => t(`node.members.roles.${role}`) },
                { title: t('node.members.until'), cell: ({ notAfter }) => date(notAfter) },
                {
                  title: t('node.members.state'),
                  cell: ({ state }) => <Word tone={TONES[state]}>{t(`node.members.states.${state}`)}</Word>,
                },
                {
                  title: t('node.members.action'),
                  atEnd: true,
                  cell: (row) =>
                    row.state === 'valid' &&
                    row.role !== 'authority' && (
                      <Button
                        look="quiet"
                        aria-label={t('node.members.revokeWhom', { name: row.name })}
                        onPress={() => revoke(row)}
                      >
                        {t('node.members.revoke')}
                      </Button>
                    ),
                },
              ]}
            />
          )
        }}
      </Shown>
      {revoked !== undefined && <Revoke member={revoked} onClose={() => revoke(undefined)} />}
    </Section>
  )
}

function Revoke({ member, onClose }: { readonly member: Certificate; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const [reason, setReason] = useState<(typeof REASONS)[number]>('unspecified')
  const { name, userId, role } = member
  return (
    <Ask
      title={t('node.members.revokeTitle', { name })}
      what={t('node.members.revokeWhat')}
      facts={[
        [t('node.members.name'), name],
        [t('node.members.userId'), userId],
        [t('node.members.role'), t(`node.members.roles.${role}`)],
      ]}
      action={t('node.members.revokeNow')}
      done={t('node.members.revoked', { name })}
      act={() => wallet().call('node.authority.revoke', { userId, reason })}
      onClose={onClose}
    >
      <Select
        label={t('node.members.reason')}
        value={reason}
        options={REASONS.map((each) => [each, t(`node.members.reasons.${each}`)])}
        onChange={setReason}
      />
    </Ask>
  )
}
