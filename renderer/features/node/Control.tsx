import { Copy, Play, Square } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { NodeState } from '../../../shared/wallet-api/node.ts'
import { useAnswer, useCommand } from '../../api/answers.ts'
import { useFormats } from '../../i18n/format.ts'
import { useRefusalWords } from '../../i18n/refusal.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Switch, TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Facts, Section } from '../../ui/Page.tsx'
import { Note, Refused, Shown, Word } from '../../ui/States.tsx'
import { QrCode } from '../../ui/QrCode.tsx'
import { Outbox } from './Outbox.tsx'
import { OwnWallet } from './OwnWallet.tsx'
import css from './Node.module.css'

const TONES = { stopped: 'calm', starting: 'warn', ready: 'good', failed: 'bad' } as const
type Shown = keyof typeof TONES

/** The node itself: whether it runs, how to reach it, what it says. */
export function Control({ node }: { readonly node: NodeState }) {
  return (
    <>
      <Status node={node} />
      {node.node !== undefined && (
        <>
          <ForInvestors node={node.node} />
          <Where node={node.node} />
          {node.listens && <Outbox roles={node.node.roles} />}
        </>
      )}
      <Log />
    </>
  )
}

function Status({ node }: { readonly node: NodeState }) {
  const { t } = useTranslation()
  const words = useRefusalWords()
  const { state, listens, failure } = node
  const said = state === 'starting' && listens && node.node?.roles.length !== 4 ? 'waiting' : state
  return (
    <Section
      title={node.node?.marketName ?? t('node.status.title')}
      actions={<Word tone={TONES[state as Shown]}>{t(`node.states.${state as Shown}`)}</Word>}
    >
      <div className={css['status']} aria-live="polite">
        <p>{t(`node.status.${said as Shown | 'waiting'}`)}</p>
        {failure !== undefined && <Note tone="bad">{words(failure)}</Note>}
        <Crash crash={node.crash} />
      </div>
      {state === 'stopped' || state === 'failed' ? <Start encrypted={node.encrypted} /> : <Stop />}
      <Autostart node={node} />
    </Section>
  )
}

function Crash({ crash }: Pick<NodeState, 'crash'>) {
  const { t } = useTranslation()
  const { dateTime, time } = useFormats()
  if (crash === undefined) return null
  return (
    <Note tone="warn">
      <p>
        {crash.restartAt === undefined
          ? t('node.crash.restarted', { at: dateTime(crash.at) })
          : t('node.crash.restarts', { at: dateTime(crash.at), time: time(crash.restartAt) })}
      </p>
      {crash.lines.length > 0 && (
        <details className={css['details']}>
          <summary>{t('node.crash.lines')}</summary>
          <pre className={css['log']}>{crash.lines.join('\n')}</pre>
        </details>
      )}
    </Note>
  )
}

function Start({ encrypted }: { readonly encrypted: boolean }) {
  const { t } = useTranslation()
  const start = useCommand('node.start')
  const [passphrase, setPassphrase] = useState('')
  const run = async (): Promise<void> => {
    const started = await start.run(encrypted ? { passphrase } : {})
    if (started.ok) announce(t('node.started'))
  }
  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      {encrypted && (
        <TextField
          label={t('node.passphrase.label')}
          hint={t('node.passphrase.start')}
          type="password"
          autoComplete="off"
          isRequired
          value={passphrase}
          onChange={setPassphrase}
        />
      )}
      <div className={css['row']}>
        <Button look="main" type="submit" isPending={start.busy}>
          <Play aria-hidden="true" size={18} />
          {t('node.start')}
        </Button>
      </div>
      <Refused refusal={start.refusal} />
    </Form>
  )
}

function Stop() {
  const { t } = useTranslation()
  const stop = useCommand('node.stop')
  return (
    <div className={css['row']}>
      <Button isPending={stop.busy} onPress={() => void stop.run({})}>
        <Square aria-hidden="true" size={14} fill="currentColor" />
        {t('node.stop')}
      </Button>
    </div>
  )
}

function Autostart({ node: { autostart, encrypted } }: { readonly node: NodeState }) {
  const { t } = useTranslation()
  const change = useCommand('node.setAutostart')
  if (encrypted) return <p className={css['soft']}>{t('node.noAutostart')}</p>
  return (
    <>
      <Switch
        label={t('node.autostart')}
        isSelected={autostart}
        onChange={(on) => void change.run({ autostart: on })}
      />
      <Refused refusal={change.refusal} />
    </>
  )
}

type Description = NonNullable<NodeState['node']>

function ForInvestors({ node }: { readonly node: Description }) {
  const { t } = useTranslation()
  const { link } = node
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(link).then(
      () => announce(t('node.link.copied')),
      () => announce(t('node.link.notCopied'), 'bad'),
    )
  }
  return (
    <Section title={t('node.link.title')}>
      <div className={css['link']}>
        <div className={css['linkWords']}>
          <p>{t('node.link.what')}</p>
          <code className={css['code']} translate="no">
            {link}
          </code>
          <div className={css['row']}>
            <Button onPress={() => void copy()}>
              <Copy aria-hidden="true" size={18} />
              {t('node.link.copy')}
            </Button>
            <OwnWallet link={link} />
          </div>
          {isLoopback(node.url) && <p className={css['soft']}>{t('node.link.loopback')}</p>}
        </div>
        <QrCode text={link} label={t('node.link.code')} />
      </div>
    </Section>
  )
}

function isLoopback(url: string): boolean {
  return /^wss?:\/\/(?:127\.|localhost|\[::1\])/.test(url)
}

function Where({ node }: { readonly node: Description }) {
  const { t } = useTranslation()
  return (
    <Section title={t('node.where.title')}>
      <Facts
        facts={[
          [t('node.where.roles'), node.roles.map((role) => t(`node.roles.${role}`)).join(t('node.where.and'))],
          [t('node.where.url'), node.url],
          [t('node.where.port'), String(node.port)],
        ]}
      />
      <div className={css['paths']} translate="no">
        <Facts
          facts={[
            [t('node.where.data'), node.dataFolder],
            [t('node.where.config'), node.configFile],
          ]}
        />
      </div>
      <p className={css['soft']}>{t('node.where.backup')}</p>
      {node.roles.includes('authority') && <p className={css['soft']}>{t('node.where.root')}</p>}
    </Section>
  )
}

function Log() {
  const { t } = useTranslation()
  const answer = useAnswer('node.log', {})
  return (
    <Section title={t('node.log.title')}>
      <details className={css['details']}>
        <summary>{t('node.log.show')}</summary>
        <Shown answer={answer}>
          {({ lines }) =>
            lines.length === 0 ? (
              <p className={css['soft']}>{t('node.log.empty')}</p>
            ) : (
              // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <pre className={css['log']} tabIndex={0} aria-label={t('node.log.title')}>
                {lines.join('\n')}
              </pre>
            )
          }
        </Shown>
      </details>
    </Section>
  )
}
