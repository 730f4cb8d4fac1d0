import { useState, type ReactNode } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../../shared/kernel/result.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { Refused } from '../../ui/States.tsx'
import css from './Contacts.module.css'

export interface Remarks {
  readonly label: string
  readonly note: string
}

/** What was pressed or chosen is gone: the focus goes on to what came in its place. */
export function focusFirst(opened: HTMLElement | null): void {
  opened?.querySelector<HTMLElement>('input, button')?.focus()
}

/** The holder's own label and note for a person; `children` stand above them. */
export function RemarksForm({
  before,
  command,
  action,
  onSubmit,
  onClose,
  children,
}: {
  readonly before: { readonly label?: string | undefined; readonly note?: string | undefined } | undefined
  readonly command: { readonly busy: boolean; readonly refusal?: Refusal }
  readonly action: ReactNode
  readonly onSubmit: (remarks: Remarks) => Promise<void>
  readonly onClose: () => void
  readonly children?: ReactNode
}) {
  const { t } = useTranslation()
  const [label, setLabel] = useState(before?.label ?? '')
  const [note, setNote] = useState(before?.note ?? '')
  return (
    <Form
      ref={focusFirst}
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void onSubmit({ label: label.trim(), note: note.trim() })
      }}
    >
      {children}
      <TextField label={t('contacts.label')} maxLength={80} value={label} onChange={setLabel} />
      <TextField
        label={t('contacts.note')}
        hint={t('contacts.remarksWhat')}
        rows={3}
        maxLength={2000}
        value={note}
        onChange={setNote}
      />
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={command.busy}>
          {action}
        </Button>
        <Button onPress={onClose}>{t('action.cancel')}</Button>
      </div>
      <Refused refusal={command.refusal} />
    </Form>
  )
}
