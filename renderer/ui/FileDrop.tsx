import { FileDown } from 'lucide-react'
import { useState } from 'react'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Text } from 'react-aria-components/Text'
import { useTranslation } from 'react-i18next'
import { Button } from './Button.tsx'
import { cls } from './cls.ts'
import { Note } from './States.tsx'
import css from './FileDrop.module.css'

/** As `fileText` of the wallet API. */
export const MAX_FILE_BYTES = 131_072
/** As much of a backup as the host takes. */
export const MAX_BACKUP_BYTES = 2 ** 28

/** Takes the text of one file that is dropped, chosen or pasted. */
export function FileDrop({ label, onText }: { readonly label: string; readonly onText: (text: string) => void }) {
  const { t } = useTranslation()
  const [isTooLarge, setTooLarge] = useState(false)
  const take = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    setTooLarge(file.size > MAX_FILE_BYTES)
    if (file.size <= MAX_FILE_BYTES) onText(await file.text())
  }
  return (
    <DropZone
      aria-label={label}
      className={cls(css['zone'])}
      onDrop={({ items: [item] }) => {
        if (item?.kind === 'file') void item.getFile().then(take)
        if (item?.kind === 'text') void item.getText('text/plain').then(onText)
      }}
    >
      <FileDown aria-hidden="true" size={28} strokeWidth={1.5} />
      <Text slot="label">{label}</Text>
      <FileTrigger onSelect={(files) => void take(files?.[0])}>
        <Button>{t('parts.drop.choose')}</Button>
      </FileTrigger>
      <div role="alert">{isTooLarge && <Note tone="bad">{t('parts.drop.tooLarge')}</Note>}</div>
    </DropZone>
  )
}
