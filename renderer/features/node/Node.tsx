import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeState } from '../../../shared/wallet-api/node.ts'
import { useAnswer } from '../../api/answers.ts'
import { setUpStep, useOverview } from '../../api/overview.ts'
import { pathTo } from '../../app/router.ts'
import type { ScreenProps } from '../../app/screens.ts'
import { BackLink } from '../../ui/BackLink.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { Note, Shown } from '../../ui/States.tsx'
import { Accounts } from './Accounts.tsx'
import { Applications } from './Applications.tsx'
import { Control } from './Control.tsx'
import { Create } from './Create.tsx'
import { MarketState } from './MarketState.tsx'
import css from './Node.module.css'
import { Offerings } from './Offerings.tsx'
import { Register } from './Register.tsx'

/** The desk's parts, and the server that has to be here for each. */
const DESK = {
  applications: { role: 'authority', component: Applications },
  offerings: { role: 'issuer', component: Offerings },
  register: { role: 'issuer', component: Register },
  trading: { role: 'exchange', component: MarketState },
  accounts: { role: 'settlement', component: Accounts },
} as const

type Part = keyof typeof DESK

export default function Node({ parts: [part, ...rest] }: ScreenProps) {
  const { t } = useTranslation()
  const answer = useAnswer('node.state', {})
  const overview = useOverview()
  const isSetUp = overview.state !== 'ready' || setUpStep(overview.value) === 'done'
  return (
    <Page
      title={t('node.title')}
      actions={isSetUp ? undefined : <BackLink href={pathTo('')}>{t('node.back')}</BackLink>}
    >
      <Shown answer={answer}>
        {(node) => {
          if (node.state === 'none' || node.state === 'making') return <Create node={node} />
          return <Run node={node} part={part} rest={rest} />
        }}
      </Shown>
    </Page>
  )
}

function Run({
  node,
  part,
  rest,
}: {
  readonly node: NodeState
  readonly part: string | undefined
  readonly rest: readonly string[]
}) {
  const { t } = useTranslation()
  const roles = node.node?.roles ?? []
  const desk = (Object.keys(DESK) as Part[]).filter((name) => roles.includes(DESK[name].role))
  const shown = desk.find((name) => name === part)
  const Shown = shown === undefined ? undefined : DESK[shown].component
  // Where it is narrow the parts are scrolled.
  const show = useCallback(
    (link: HTMLElement | null) => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    [],
  )
  return (
    <>
      <nav aria-label={t('node.parts.label')}>
        <ul className={css['tabs']}>
          {[undefined, ...desk].map((name) => (
            <li key={name ?? 'node'}>
              <a
                href={name === undefined ? pathTo('node') : pathTo('node', name)}
                aria-current={name === shown ? 'page' : undefined}
                ref={name === shown ? show : undefined}
              >
                {t(`node.parts.${name ?? 'node'}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {Shown === undefined ? (
        <Control node={node} />
      ) : node.state === 'ready' || (node.state === 'starting' && node.listens) ? (
        <Shown parts={rest} currency={node.node?.currency ?? ''} />
      ) : (
        <Section>
          <Note tone="calm">{t('node.deskClosed')}</Note>
        </Section>
      )}
    </>
  )
}
