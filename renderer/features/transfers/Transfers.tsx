import { Download, Send } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ScreenProps } from '../../app/screens.ts'
import { pathTo } from '../../app/router.ts'
import { BackLink } from '../../ui/BackLink.tsx'
import { Button, LinkButton } from '../../ui/Button.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { useSavedFile } from '../../ui/save-file.ts'
import { Refused } from '../../ui/States.tsx'
import { PendingEndorsements } from './PendingEndorsements.tsx'
import { Receive } from './Receive.tsx'
import { SendForm } from './SendForm.tsx'

/** `send`, `send/<certificate ID>` and `send/to/<user ID>` fill the form in; nothing is done by an address. */
export default function Transfers({ parts: [first, second, third] }: ScreenProps) {
  const { t } = useTranslation()
  if (first === 'send')
    return (
      <Page
        title={t('transfers.form.title')}
        actions={<BackLink href={pathTo('transfers')}>{t('transfers.form.back')}</BackLink>}
      >
        <SendForm certificateId={second === 'to' ? undefined : second} userId={second === 'to' ? third : undefined} />
      </Page>
    )
  return (
    <Page
      title={t('transfers.title')}
      actions={
        <LinkButton look="main" href={pathTo('transfers', 'send')}>
          <Send aria-hidden="true" size={18} />
          {t('transfers.send')}
        </LinkButton>
      }
    >
      <p>{t('transfers.what')}</p>
      <Receive />
      <PendingEndorsements />
      <OwnIdentity />
    </Page>
  )
}

function OwnIdentity() {
  const { t } = useTranslation()
  const file = useSavedFile('identity.file')
  return (
    <Section
      title={t('transfers.identity.title')}
      actions={
        <Button isPending={file.busy} onPress={() => void file.save({})}>
          <Download aria-hidden="true" size={18} />
          {t('transfers.identity.save')}
        </Button>
      }
    >
      <p>{t('transfers.identity.what')}</p>
      <Refused refusal={file.refusal} />
    </Section>
  )
}
