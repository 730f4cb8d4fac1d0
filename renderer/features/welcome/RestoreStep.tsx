import { ArchiveRestore, FileUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { Refusal } from '../../../shared/kernel/result.ts'
import type { OperationOutput, Progress } from '../../../shared/wallet-api/operations.ts'
import type { KeyPlace } from '../../../shared/wallet-api/views.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { endRestoring } from '../../app/first-run.ts'
import { useOpened } from '../../app/opened.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Switch, TextField } from '../../ui/Field.tsx'
import { NewPassphrase } from '../../ui/NewPassphrase.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused, Shown } from '../../ui/States.tsx'
import { SyncProgress } from '../../ui/SyncProgress.tsx'
import { giveBackup } from './give-backup.ts'
import { KeyPlaceChoice } from './KeyStep.tsx'
import css from './Welcome.module.css'

/** [P16] From the backup file to a wallet that knows what is still true. */
export function RestoreStep() {
  const [isRestored, setRestored] = useState(false)
  // Locked in between: what is restored is there, and the servers are asked when the wallet opens.
  useEffect(() => endRestoring, [])
  return isRestored ? <AskServers /> : <FromFile onRestored={() => setRestored(true)} />
}

/** The file is chosen here, or was opened with the wallet; another one takes its place. */
function FromFile({ onRestored }: { readonly onRestored: () => void }) {
  const { t } = useTranslation()
  const [madeAt, setMadeAt] = useState<number>()
  const [reading, setReading] = useState(false)
  const [refusal, setRefusal] = useState<Refusal>()
  const read = async (file: Blob | undefined): Promise<void> => {
    if (file === undefined) return
    setMadeAt(undefined)
    setReading(true)
    setRefusal(undefined)
    const read = await giveBackup(file)
    setReading(false)
    if (read.ok) setMadeAt(read.value.madeAt)
    else setRefusal(read.error)
  }
  useOpened('backup', (text) => void read(new Blob([text])))
  if (madeAt !== undefined)
    return <Unlock madeAt={madeAt} onOther={() => setMadeAt(undefined)} onRestored={onRestored} />
  return (
    <Section title={t('welcome.restore.title')}>
      <p>{t('welcome.restore.what')}</p>
      <div className={css['row']}>
        <FileTrigger onSelect={(files) => void read(files?.[0])}>
          <Button look="main" isPending={reading}>
            <FileUp aria-hidden="true" size={18} />
            {reading ? t('welcome.restore.opening') : t('welcome.restore.open')}
          </Button>
        </FileTrigger>
        <Button isDisabled={reading} onPress={endRestoring}>
          {t('welcome.restore.back')}
        </Button>
      </div>
      <Refused refusal={refusal} />
    </Section>
  )
}

interface UnlockProps {
  readonly madeAt: number
  readonly onOther: () => void
  readonly onRestored: () => void
}

function Unlock(props: UnlockProps) {
  const { t } = useTranslation()
  const start = useRef<HTMLDivElement>(null)
  useEffect(() => start.current?.focus(), [])
  const { dateTime } = useFormats()
  const options = useAnswer('key.options', {})
  return (
    <Section title={t('welcome.restore.madeAt', { time: dateTime(props.madeAt) })}>
      <div ref={start} tabIndex={-1} className={css['start']}>
        <Shown answer={options}>{({ os }) => <UnlockForm os={os} {...props} />}</Shown>
      </div>
    </Section>
  )
}

function UnlockForm({ os, onOther, onRestored }: UnlockProps & { readonly os: OperationOutput<'key.options'>['os'] }) {
  const { t } = useTranslation()
  const restore = useCommand('backup.restore')
  const [passphrase, setPassphrase] = useState('')
  const [place, setPlace] = useState<KeyPlace>(os.usable ? 'os' : 'file')
  const [isSame, setSame] = useState(true)
  const [own, setOwn] = useState('')
  const start = async (): Promise<void> => {
    const key = place === 'os' ? { place } : { place, keyPassphrase: isSame ? passphrase : own }
    const restored = await restore.run({ passphrase, ...key })
    if (restored.ok) onRestored()
  }
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void start()
      }}
    >
      <TextField
        label={t('welcome.restore.passphrase')}
        hint={t('welcome.restore.passphraseHint')}
        type="password"
        autoComplete="off"
        isRequired
        minLength={8}
        maxLength={1000}
        value={passphrase}
        onChange={setPassphrase}
      />
      <KeyPlaceChoice os={os} place={place} onChange={setPlace} />
      {place === 'file' && (
        <Switch label={t('welcome.restore.samePassphrase')} isSelected={isSame} onChange={setSame} />
      )}
      {place === 'file' && !isSame && (
        <NewPassphrase label={t('welcome.key.passphrase')} value={own} onChange={setOwn} />
      )}
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={restore.busy}>
          <ArchiveRestore aria-hidden="true" size={18} />
          {restore.busy ? t('welcome.restore.restoring') : t('welcome.restore.restore')}
        </Button>
        <Button isDisabled={restore.busy} onPress={onOther}>
          {t('welcome.restore.other')}
        </Button>
      </div>
      <Refused refusal={restore.refusal} />
    </Form>
  )
}

interface Found {
  /** Absent where the issuers could not be asked at all. */
  readonly live: number | undefined
  /** Codes. */
  readonly faults: readonly string[]
}

/** First what is unanswered and was missed, then every certificate in this name: nothing counts before. */
function AskServers() {
  const { t } = useTranslation()
  const sync = useCommand('sync')
  const restore = useCommand('restore')
  const [progress, setProgress] = useState<Progress>()
  const [found, setFound] = useState<Found>()
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    const ask = async (): Promise<void> => {
      const synced = await sync.run({}, { onProgress: setProgress })
      if (!synced.ok && synced.error.code === 'stopped') {
        setFound({ live: undefined, faults: [synced.error.code] })
        return
      }
      const restored = await restore.run({}, { onProgress: setProgress })
      setFound({
        live: restored.ok ? restored.value.live : undefined,
        faults: [
          ...(synced.ok ? synced.value.faults.map(({ refusal }) => refusal.code) : [synced.error.code]),
          ...(restored.ok ? restored.value.faults.map(({ code }) => code) : [restored.error.code]),
        ],
      })
    }
    void ask()
  }, [sync, restore])
  return found === undefined ? (
    <Section title={t('welcome.restore.restoring')}>
      <p aria-live="polite">{t('welcome.restore.asking')}</p>
      <SyncProgress progress={progress} />
    </Section>
  ) : (
    <Result found={found} />
  )
}

function Result({ found: { live, faults } }: { readonly found: Found }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => shown.current?.focus(), [])
  return (
    <Section title={t('welcome.restore.done')}>
      <div ref={shown} tabIndex={-1} className={`${css['form']} ${css['start']}`}>
        {live !== undefined && <Note tone="good">{t('welcome.restore.live', { count: live })}</Note>}
        {faults.length > 0 && (
          <Note tone="warn">
            {t('welcome.restore.faults')}
            <ul>
              {[...new Set(faults.map((code) => words({ code })))].map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </Note>
        )}
        <p>{t('welcome.restore.twice')}</p>
        <div className={css['row']}>
          <Button look="main" onPress={endRestoring}>
            {t('welcome.restore.portfolio')}
          </Button>
        </div>
      </div>
    </Section>
  )
}
