import { Server } from 'lucide-react'
import { useState } from 'react'
import { Form } from 'react-aria-components/Form'
import { useTranslation } from 'react-i18next'
import type { NodeRole } from '../../../shared/bundled-node/plan.ts'
import type { NodeState } from '../../../shared/wallet-api/node.ts'
import { useCommand } from '../../api/answers.ts'
import { wallet } from '../../api/wallet.ts'
import { Button } from '../../ui/Button.tsx'
import { cls } from '../../ui/cls.ts'
import { Choice, Select, Switch, TextField } from '../../ui/Field.tsx'
import { announce } from '../../ui/notices.tsx'
import { Section } from '../../ui/Page.tsx'
import { Note, Refused } from '../../ui/States.tsx'
import { Companies } from './Companies.tsx'
import { companiesOf, CURRENCIES, emptyCompany } from './draft.ts'
import { Making } from './Making.tsx'
import css from './Node.module.css'

/** No node is here yet: what one is, and a form for each of the two kinds. */
export function Create({ node }: { readonly node: NodeState }) {
  const [kind, choose] = useState<Kind>()
  const isMaking = node.state === 'making'
  return (
    <>
      {isMaking && <Making node={node} />}
      {!isMaking && kind === undefined && <Empty onChoose={choose} />}
      {/* It stays while a node is being made: what was typed is there again if that comes to nothing. */}
      {kind !== undefined && (
        <div hidden={isMaking}>
          <Setup kind={kind} onBack={() => choose(undefined)} />
        </div>
      )}
    </>
  )
}

type Kind = 'market' | 'server'

function Empty({ onChoose }: { readonly onChoose: (kind: Kind) => void }) {
  const { t } = useTranslation()
  return (
    <Section>
      <div className={css['lead']}>
        <Server aria-hidden="true" size={32} strokeWidth={1.5} />
        <h2>{t('node.none.title')}</h2>
        <p>{t('node.none.what')}</p>
        <ul className={css['points']}>
          <li>{t('node.none.authority')}</li>
          <li>{t('node.none.issuer')}</li>
          <li>{t('node.none.exchange')}</li>
          <li>{t('node.none.settlement')}</li>
        </ul>
        <p>{t('node.none.means')}</p>
        <div className={css['row']}>
          <Button look="main" onPress={() => onChoose('market')}>
            {t('node.none.market')}
          </Button>
          <Button onPress={() => onChoose('server')}>{t('node.none.server')}</Button>
        </div>
      </div>
    </Section>
  )
}

const OPTIONAL_ROLES = ['issuer', 'exchange', 'settlement'] as const
type OptionalRole = (typeof OPTIONAL_ROLES)[number]

function Setup({ kind, onBack }: { readonly kind: Kind; readonly onBack: () => void }) {
  const { t } = useTranslation()
  const create = useCommand('node.create')
  const join = useCommand('node.join')
  const [name, setName] = useState('')
  const [link, setLink] = useState('')
  const [invitation, setInvitation] = useState('')
  const [role, setRole] = useState<OptionalRole>('issuer')
  const [roles, setRoles] = useState<readonly OptionalRole[]>(OPTIONAL_ROLES)
  const [currency, setCurrency] = useState<string>(CURRENCIES[0])
  const [companies, setCompanies] = useState(() => [emptyCompany()])
  const [demonstration, setDemonstration] = useState(false)
  const [port, setPort] = useState('7400')
  const [reach, setReach] = useState<'here' | 'everywhere'>('here')
  const [publicUrl, setPublicUrl] = useState('')
  const [certificate, setCertificate] = useState('')
  const [key, setKey] = useState('')
  const [keys, setKeys] = useState<'encrypted' | 'plain'>('encrypted')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [isWrong, setWrong] = useState(false)

  const present = kind === 'market' ? roles : [role]
  const wantsCompanies = present.some((each) => each !== 'settlement')
  const differs = again !== '' && again !== passphrase

  const make = async (): Promise<void> => {
    const planned = wantsCompanies ? companiesOf(companies, currency) : []
    const isMissing = planned === undefined || (keys === 'encrypted' && passphrase !== again)
    setWrong(isMissing)
    if (isMissing) return
    const common = {
      currency,
      companies: planned,
      port: Number(port),
      ...(reach === 'everywhere' && { publicUrl: publicUrl.trim() }),
      ...(reach === 'everywhere' &&
        certificate.trim() !== '' && { tls: { certificate: certificate.trim(), key: key.trim() } }),
      ...(keys === 'encrypted' && { passphrase }),
    }
    const made =
      kind === 'market'
        ? await create.run({
            ...common,
            marketName: name.trim(),
            roles: ['authority', ...roles] satisfies NodeRole[],
            demonstration,
          })
        : await join.run({ ...common, name: name.trim(), role, link: link.trim(), invitation: invitation.trim() })
    if (!made.ok) return
    announce(t('node.made'))
    // This form is gone by now; the screen that came in its place shows what comes of the start.
    await wallet().call('node.start', keys === 'encrypted' ? { passphrase } : {})
  }

  return (
    <Form
      className={cls(css['form'])}
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <Section title={t(`node.create.${kind}`)}>
        {kind === 'server' && (
          <>
            <p>{t('node.create.serverWhat')}</p>
            <TextField label={t('node.create.link')} rows={3} isRequired value={link} onChange={setLink} />
            <Choice
              label={t('node.create.role')}
              value={role}
              options={OPTIONAL_ROLES.map((each) => [each, t(`node.roles.${each}`)])}
              onChange={setRole}
            />
            <TextField
              label={t('node.create.invitation')}
              hint={t('node.create.invitationHint')}
              autoComplete="off"
              isRequired
              maxLength={200}
              value={invitation}
              onChange={setInvitation}
            />
          </>
        )}
        <TextField
          label={t(kind === 'market' ? 'node.create.marketName' : 'node.create.name')}
          hint={t('node.create.nameHint')}
          isRequired
          maxLength={50}
          value={name}
          onChange={setName}
        />
        <Select
          label={t('node.create.currency')}
          value={currency}
          options={CURRENCIES.map((each) => [each, each] as const)}
          onChange={setCurrency}
        />
        {kind === 'market' && (
          <>
            <Switch label={t('node.create.demonstration')} isSelected={demonstration} onChange={setDemonstration} />
            <p className={css['soft']}>
              {t(demonstration ? 'node.create.demonstrationOn' : 'node.create.demonstrationOff')}
            </p>
            <details className={css['details']}>
              <summary>{t('node.create.which')}</summary>
              <p className={css['soft']}>{t('node.create.whichWhat')}</p>
              {OPTIONAL_ROLES.map((each) => (
                <Switch
                  key={each}
                  label={t(`node.roles.${each}`)}
                  isSelected={roles.includes(each)}
                  onChange={(on) => setRoles(OPTIONAL_ROLES.filter((one) => (one === each ? on : roles.includes(one))))}
                />
              ))}
            </details>
          </>
        )}
      </Section>
      {wantsCompanies && (
        <Section title={t('node.company.sections')}>
          <Companies companies={companies} currency={currency} onChange={(all) => setCompanies([...all])} />
        </Section>
      )}
      <Section title={t('node.create.reach')}>
        <Choice
          label={t('node.create.reachWho')}
          value={reach}
          options={[
            ['here', t('node.create.here')],
            ['everywhere', t('node.create.everywhere')],
          ]}
          onChange={setReach}
        />
        <TextField
          label={t('node.create.port')}
          inputMode="numeric"
          isRequired
          pattern="\d{1,5}"
          value={port}
          onChange={setPort}
        />
        {reach === 'everywhere' && (
          <>
            <TextField
              label={t('node.create.publicUrl')}
              hint={t('node.create.publicUrlHint')}
              isRequired
              pattern="wss?://[^/\s]+"
              value={publicUrl}
              onChange={setPublicUrl}
            />
            <TextField
              label={t('node.create.certificate')}
              hint={t('node.create.certificateHint')}
              value={certificate}
              onChange={setCertificate}
            />
            {certificate.trim() !== '' && (
              <TextField label={t('node.create.key')} isRequired value={key} onChange={setKey} />
            )}
          </>
        )}
      </Section>
      <Section title={t('node.create.keys')}>
        <Choice
          label={t('node.create.keysHow')}
          value={keys}
          options={[
            ['encrypted', t('node.create.encrypted')],
            ['plain', t('node.create.plain')],
          ]}
          onChange={setKeys}
        />
        {keys === 'encrypted' ? (
          <>
            <p>{t('node.create.encryptedWhat')}</p>
            <TextField
              label={t('node.passphrase.label')}
              hint={t('node.passphrase.hint')}
              type="password"
              autoComplete="new-password"
              isRequired
              minLength={8}
              value={passphrase}
              onChange={setPassphrase}
            />
            <TextField
              label={t('node.passphrase.again')}
              type="password"
              autoComplete="new-password"
              isRequired
              value={again}
              onChange={setAgain}
            />
            <div role="alert">{differs && <Note tone="warn">{t('node.passphrase.differs')}</Note>}</div>
          </>
        ) : (
          <Note tone="warn">{t('node.create.plainWhat')}</Note>
        )}
        <div role="alert">{isWrong && <Note tone="warn">{t('node.create.wrong')}</Note>}</div>
        <Refused refusal={create.refusal ?? join.refusal} />
        <div className={css['row']}>
          <Button look="main" type="submit" isPending={create.busy || join.busy}>
            {t('node.create.make')}
          </Button>
          <Button onPress={onBack}>{t('action.cancel')}</Button>
        </div>
      </Section>
    </Form>
  )
}
