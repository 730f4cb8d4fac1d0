import { ChevronRight, Download, ScrollText } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useAnswer } from '../../api/answers.ts'
import { pathTo } from '../../app/router.ts'
import type { ScreenProps } from '../../app/screens.ts'
import { useFormats } from '../../i18n/format.ts'
import { Shares } from '../../ui/Amount.tsx'
import { Button } from '../../ui/Button.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { Page, Section } from '../../ui/Page.tsx'
import { saveFile } from '../../ui/save-file.ts'
import { Empty, Shown, Word } from '../../ui/States.tsx'
import { actsOf, idOf, isWanted, sharesOf, stateOf, type Act, type Wanted } from './acts.ts'
import { historyCsv, historyJson } from './export.ts'
import { EndorsementPage, MatchPage, RequestPage } from './OneAct.tsx'
import { useTitle } from './titles.ts'
import css from './History.module.css'

const SHOWN_AT_ONCE = 50
const TONES = { under_way: 'warn', answered: 'good', refused: 'bad' } as const
const GROUPS = ['all', 'trade', 'transfer', 'issue', 'reissue', 'account'] as const
const STATES = ['all', 'under_way', 'answered', 'refused'] as const

/** `request/<ID>`, `match/<number>` and `endorsement/<certificate ID>` are one act with its evidence. */
export default function History({ parts: [kind, id] }: ScreenProps) {
  const { t } = useTranslation()
  const entries = useAnswer('history.list', {})
  const completions = useAnswer('orders.completions', {})
  const given = useAnswer('transfers.given', {})
  if (kind === 'request' && id !== undefined) return <RequestPage requestId={id} />
  if (kind === 'endorsement')
    return (
      <Shown answer={given}>
        {(all) => <EndorsementPage given={all.find(({ certificateId }) => certificateId === id)} />}
      </Shown>
    )
  return (
    <Shown answer={completions}>
      {(matches) =>
        kind === 'match' ? (
          <MatchPage completion={matches.find(({ matchNumber }) => matchNumber === id)} />
        ) : (
          <Page title={t('history.title')}>
            <p>{t('history.what')}</p>
            <Section>
              <Shown answer={entries}>
                {(requests) => <Shown answer={given}>{(all) => <Acts acts={actsOf(requests, matches, all)} />}</Shown>}
              </Shown>
            </Section>
          </Page>
        )
      }
    </Shown>
  )
}

function Acts({ acts }: { readonly acts: readonly Act[] }) {
  const { t } = useTranslation()
  const title = useTitle()
  const [wanted, setWanted] = useState<Wanted>({ group: 'all', state: 'all', search: '' })
  const [today] = useState(() => new Date().toISOString().slice(0, 10))
  const [length, setLength] = useState(SHOWN_AT_ONCE)
  if (acts.length === 0)
    return (
      <Empty icon={ScrollText} title={t('history.empty')}>
        {t('history.emptyWhat')}
      </Empty>
    )
  const found = acts.filter((act) => isWanted(act, title(act), wanted))
  const save = (ending: 'csv' | 'json'): void =>
    saveFile({
      fileName: `kabuken-history-${today}.${ending}`,
      text: ending === 'csv' ? historyCsv(found) : historyJson(found),
    })
  return (
    <>
      <div className={css['filters']}>
        <TextField
          label={t('history.search')}
          hint={t('history.searchHint')}
          type="search"
          value={wanted.search}
          onChange={(search) => setWanted({ ...wanted, search })}
        />
        <Select
          label={t('history.group')}
          value={wanted.group}
          options={GROUPS.map((group) => [group, t(`history.groups.${group}`)])}
          onChange={(group) => setWanted({ ...wanted, group })}
        />
        <Select
          label={t('history.state')}
          value={wanted.state}
          options={STATES.map((state) => [state, t(`history.states.${state}`)])}
          onChange={(state) => setWanted({ ...wanted, state })}
        />
      </div>
      <div className={css['bar']}>
        <span aria-live="polite" className={css['soft']}>
          {found.length === 0 ? t('history.noneFound') : t('history.found', { count: found.length })}
        </span>
        <span className={css['row']}>
          <Button isDisabled={found.length === 0} onPress={() => save('csv')}>
            <Download aria-hidden="true" size={18} />
            {t('history.csv')}
          </Button>
          <Button isDisabled={found.length === 0} onPress={() => save('json')}>
            <Download aria-hidden="true" size={18} />
            {t('history.json')}
          </Button>
        </span>
      </div>
      <ul className={css['acts']}>
        {found.slice(0, length).map((act) => (
          <Row key={`${act.kind} ${idOf(act)}`} act={act} title={title(act)} />
        ))}
      </ul>
      {found.length > length && <Button onPress={() => setLength(length + SHOWN_AT_ONCE)}>{t('history.more')}</Button>}
    </>
  )
}

function Row({ act, title }: { readonly act: Act; readonly title: string }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  const { security, quantity } = sharesOf(act)
  const state = stateOf(act)
  return (
    <li>
      <a href={pathTo('history', act.kind, idOf(act))} className={css['act']}>
        <span className={css['name']}>{title}</span>
        <Word tone={TONES[state]}>{t(`history.states.${state}`)}</Word>
        <span className={css['soft']}>
          {security !== undefined && `${security} · `}
          {quantity !== undefined && (
            <>
              <Shares quantity={quantity} />
              {' · '}
            </>
          )}
          {dateTime(act.at)}
        </span>
        <ChevronRight aria-hidden="true" size={18} />
      </a>
    </li>
  )
}
