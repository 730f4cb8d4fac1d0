import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { classKey } from '../../../shared/documents/fields.ts'
import { useAnswer } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'
import { Select, TextField } from '../../ui/Field.tsx'
import { Ask } from './Ask.tsx'
import { Ground } from './Ground.tsx'

const EVERY = ''

/** Takes orders out of the book on the operator's own decision: everybody's, or those of a class, of a member. */
export function CancelOrders({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const listings = useAnswer('node.exchange.listings', {})
  const [chosen, choose] = useState(EVERY)
  const [typed, setTyped] = useState('')
  const [ground, setGround] = useState('')
  const all = listings.state === 'ready' ? listings.value.listings : []
  const of = all.find((each) => classKey(each) === chosen)
  const userId = typed.trim()
  return (
    <Ask
      title={t('node.cancel.title')}
      what={t('node.cancel.what')}
      action={t('node.cancel.now')}
      done={({ cancelled }) => t('node.cancel.done', { count: cancelled })}
      act={() =>
        wallet().call('node.exchange.cancel-all', {
          ...(of !== undefined && { security: of.security, shareClass: of.shareClass }),
          ...(userId !== '' && { userId }),
          ground: ground.trim(),
        })
      }
      onClose={onClose}
    >
      <Select
        label={t('node.trading.security')}
        value={chosen}
        options={[[EVERY, t('node.cancel.every')], ...all.map((each) => [classKey(each), nameOf(each)] as const)]}
        onChange={choose}
      />
      <TextField
        label={t('node.cancel.member')}
        hint={t('node.cancel.memberHint')}
        pattern="[a-z]{3}-[0-9a-z]{10,26}"
        value={typed}
        onChange={setTyped}
      />
      <Ground ground={ground} onChange={setGround} />
    </Ask>
  )

  function nameOf({ companyName, security, shareClass }: (typeof all)[number]): string {
    return `${companyName} (${security}, ${t(`shareClass.${shareClass}`)})`
  }
}
