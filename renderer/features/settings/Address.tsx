import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../../api/answers.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Settings.module.css'

/** Registers need it; it is told to them with the next request. */
export function Address({ present }: { readonly present: string | undefined }) {
  const { t } = useTranslation()
  const { run, busy, refusal } = useCommand('identity.setAddress')
  const [typed, setTyped] = useState(present ?? '')
  const postalAddress = typed.trim()
  const save = async (): Promise<void> => {
    const kept = await run({ postalAddress })
    if (kept.ok) announce(t('settings.addressKept'))
  }
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextField
        label={t('settings.address')}
        hint={t('settings.addressWhat')}
        autoComplete="street-address"
        isRequired
        maxLength={300}
        value={typed}
        onChange={setTyped}
      />
      <div>
        <Button type="submit" isPending={busy} isDisabled={postalAddress === '' || postalAddress === present}>
          {t('action.save')}
        </Button>
      </div>
      <Refused refusal={refusal} />
    </Form>
  )
}
