import { ScanQrCode } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { DropZone } from 'react-aria-components/DropZone'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Text } from 'react-aria-components/Text'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Note } from '../../ui/States.tsx'
import { readQrImage, type QrReading } from './qr-image.ts'
import css from './QrImage.module.css'

type Trouble = Extract<QrReading, { trouble: unknown }>['trouble']

/** A picture of the market's code that is chosen, dropped or pasted. There is no camera: this window is not allowed one. */
export function QrImage({ onText }: { readonly onText: (text: string) => void }) {
  const { t } = useTranslation()
  const [trouble, setTrouble] = useState<Trouble>()
  const take = useCallback(
    async (picture: Blob | undefined): Promise<void> => {
      if (picture === undefined) return
      setTrouble(undefined)
      const read = await readQrImage(picture)
      if ('text' in read) onText(read.text)
      else setTrouble(read.trouble)
    },
    [onText],
  )
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent): void => {
      const picture = [...(clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'))
      void take(picture)
    }
    window.addEventListener('paste', paste)
    return () => window.removeEventListener('paste', paste)
  }, [take])
  return (
    <DropZone
      aria-label={t('welcome.qr.drop')}
      className={cls(css['qr'])}
      onDrop={({ items: [item] }) => {
        if (item?.kind === 'file') void item.getFile().then(take)
      }}
    >
      <ScanQrCode aria-hidden="true" size={28} strokeWidth={1.5} />
      <Text slot="label">{t('welcome.qr.drop')}</Text>
      <FileTrigger acceptedFileTypes={['image/*']} onSelect={(files) => void take(files?.[0])}>
        <Button>{t('welcome.qr.choose')}</Button>
      </FileTrigger>
      <p className={css['hint']}>{t('welcome.qr.noCamera')}</p>
      <div role="alert">{trouble !== undefined && <Note tone="bad">{t(`welcome.qr.${trouble}`)}</Note>}</div>
    </DropZone>
  )
}
