import { FileUp } from 'lucide-react'
import { useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { OperationOutput } from '../../../shared/wallet-api/operations.ts'
import { useCommand } from '../../api/answers.ts'
import { useOpenedMarket } from '../../app/opened.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { TextField } from '../../ui/Field.tsx'
import { MAX_FILE_BYTES } from '../../ui/FileDrop.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Refused } from '../../ui/States.tsx'
import { QrImage } from './QrImage.tsx'
import css from './Welcome.module.css'

interface ReadLink {
  readonly link: string
  readonly says: OperationOutput<'market.readLink'>
}

export function MarketStep() {
  const [read, setRead] = useState<ReadLink>()
  return read === undefined ? <GiveLink onRead={setRead} /> : <Compare read={read} onOther={() => setRead(undefined)} />
}

function GiveLink({ onRead }: { readonly onRead: (read: ReadLink) => void }) {
  const { t } = useTranslation()
  const { run, busy, refusal } = useCommand('market.readLink')
  const [link, setLink] = useState('')
  const look = async (text: string): Promise<void> => {
    const result = await run({ text })
    if (result.ok) onRead({ link: text, says: result.value })
  }
  // It fills the field in; nothing is done with it by itself.
  useOpenedMarket(setLink)
  return (
    <Section title={t('welcome.market.title')}>
      <p>{t('welcome.market.what')}</p>
      <Form
        className={cls(css['form'])}
        onSubmit={(event) => {
          event.preventDefault()
          void look(link.trim())
        }}
      >
        <TextField
          label={t('welcome.market.link')}
          hint={t('welcome.market.linkHint')}
          rows={3}
          isRequired
          value={link}
          onChange={setLink}
        />
        <div className={css['row']}>
          <Button look="main" type="submit" isPending={busy}>
            {t('welcome.market.read')}
          </Button>
          <FileTrigger
            onSelect={(files) => {
              const file = files?.[0]
              // What is too large is no link either; it is not read to find that out.
              if (file !== undefined) void file.slice(0, MAX_FILE_BYTES).text().then(look)
            }}
          >
            <Button>
              <FileUp aria-hidden="true" size={18} />
              {t('welcome.market.file')}
            </Button>
          </FileTrigger>
        </div>
        <Refused refusal={refusal} />
      </Form>
      <QrImage onText={(text) => void look(text.trim())} />
    </Section>
  )
}

function Compare({ read, onOther }: { readonly read: ReadLink; readonly onOther: () => void }) {
  const { t } = useTranslation()
  const join = useCommand('market.join')
  const groups = read.says.fingerprint.split(/[\s:]+/)
  return (
    <Section title={t('welcome.market.compare')}>
      <Facts facts={[[t('welcome.market.authority'), read.says.authority]]} />
      <div>
        <p>{t('welcome.market.fingerprint')}</p>
        <div className={css['fingerprint']} translate="no">
          {groups.map((group, index) => (
            <span key={index}>{group} </span>
          ))}
        </div>
      </div>
      <p>{t('welcome.market.compareWhat')}</p>
      <div className={css['row']}>
        <Button look="main" isPending={join.busy} onPress={() => void join.run({ link: read.link })}>
          {t('welcome.market.agree')}
        </Button>
        <Button onPress={onOther}>{t('welcome.market.other')}</Button>
      </div>
      <Refused refusal={join.refusal} />
    </Section>
  )
}
