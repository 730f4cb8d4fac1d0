import { useTranslation } from 'react-i18next'
import type { OperationInput } from '../../shared/wallet-api/operations.ts'
import { useCommand } from '../api/answers.ts'
import { announce } from './notices.tsx'

/** Saves a text as a file, as every browser and Electron does it: a download. */
export function saveFile({ fileName, text }: { readonly fileName: string; readonly text: string }): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  URL.revokeObjectURL(url)
}

/** A file that the wallet makes and the person saves; `save` resolves to whether there was one. */
export function useSavedFile<Name extends 'identity.file' | 'backup.make'>(name: Name) {
  const { t } = useTranslation()
  const { run, ...state } = useCommand<'identity.file' | 'backup.make'>(name)
  const save = async (input: OperationInput<Name>): Promise<boolean> => {
    const result = await run(input)
    if (!result.ok) return false
    saveFile(result.value)
    announce(t('notice.saved', { fileName: result.value.fileName }))
    return true
  }
  return { ...state, save }
}
