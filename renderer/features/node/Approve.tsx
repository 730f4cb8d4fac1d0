import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RegisterEntry } from '../../../shared/documents/register-entry.ts'
import { wallet } from '../../api/wallet.ts'
import { useFormats } from '../../i18n/format.ts'
import { Choice, TextField } from '../../ui/Field.tsx'
import { Ask } from './Ask.tsx'
import { Ground } from './Ground.tsx'

/** TF3: the company approves an acquirer of restricted shares, or has been shown that somebody inherited them. */
export function Approve({ entry, onClose }: { readonly entry: RegisterEntry; readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { count } = useFormats()
  const [how, setHow] = useState<'approve' | 'takeBack'>('approve')
  const [typed, setTyped] = useState('')
  const [ground, setGround] = useState('')
  const { certificateId, certificateNumber, security, holderName, quantity } = entry
  const userId = typed.trim()
  return (
    <Ask
      title={t('node.approve.title', { number: certificateNumber })}
      what={t(`node.approve.what.${how}`)}
      facts={[
        [t('node.register.holder'), holderName],
        [t('node.register.quantity'), `${security}, ${count(quantity)}`],
        [t('node.approve.certificate'), certificateId],
      ]}
      action={t(`node.approve.now.${how}`)}
      done={t(`node.approve.done.${how}`, { userId })}
      act={() =>
        wallet().call('node.issuer.approve', {
          certificateId,
          userId,
          approved: how === 'approve',
          ground: ground.trim(),
        })
      }
      onClose={onClose}
    >
      <Choice
        label={t('node.approve.how')}
        value={how}
        options={[
          ['approve', t('node.approve.now.approve')],
          ['takeBack', t('node.approve.now.takeBack')],
        ]}
        onChange={setHow}
      />
      <TextField
        label={t('node.approve.acquirer')}
        hint={t('node.approve.acquirerHint')}
        isRequired
        pattern="[a-z]{3}-[0-9a-z]{10,26}"
        value={typed}
        onChange={setTyped}
      />
      <Ground hint={t('node.approve.groundHint')} ground={ground} onChange={setGround} />
    </Ask>
  )
}
