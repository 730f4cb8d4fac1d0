import { useState, type ReactNode } from 'react'
import { Dialog } from 'react-aria-components/Dialog'
import { Form } from 'react-aria-components/Form'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useTranslation } from 'react-i18next'
import type { Refusal, Result } from '../../../shared/kernel/result.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { announce } from '../../ui/notices.tsx'
import { Facts } from '../../ui/Page.tsx'
import css from './Ask.module.css'
import { DeskRefused } from './DeskRefused.tsx'

/**
 * Asks before something is done with the node's own key. What is to be done stands in the dialog; `children` are fields that
 * belong to it.
 */
export function Ask<Value>({
  title,
  what,
  facts = [],
  action,
  done,
  act,
  onClose,
  children,
}: {
  readonly title: string
  readonly what?: string
  readonly facts?: Parameters<typeof Facts>[0]['facts']
  /** On the button. */
  readonly action: string
  /** Said when it is done. */
  readonly done: string | ((value: Value) => string)
  /** Undefined while a field is not right. */
  readonly act: (() => Promise<Result<Value, Refusal>>) | undefined
  readonly onClose: () => void
  readonly children?: ReactNode
}) {
  const { t } = useTranslation()
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  const run = async (): Promise<void> => {
    if (act === undefined) return
    setBusy(true)
    const result = await act()
    setBusy(false)
    if (!result.ok) {
      setRefusal(result.error)
      return
    }
    announce(typeof done === 'string' ? done : done(result.value))
    onClose()
  }
  return (
    <ModalOverlay isOpen isDismissable={!busy} onOpenChange={onClose} className={cls(css['veil'])}>
      <Modal className={cls(css['modal'])}>
        <Dialog className={cls(css['dialog'])}>
          <Heading slot="title">{title}</Heading>
          {what !== undefined && <p>{what}</p>}
          {facts.length > 0 && <Facts facts={facts} />}
          <Form
            className={cls(css['fields'])}
            onSubmit={(event) => {
              event.preventDefault()
              void run()
            }}
          >
            {children}
            <DeskRefused refusal={refusal} />
            <div className={css['row']}>
              <Button onPress={onClose}>{t('action.cancel')}</Button>
              <Button look="main" type="submit" isPending={busy} isDisabled={act === undefined}>
                {action}
              </Button>
            </div>
          </Form>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
