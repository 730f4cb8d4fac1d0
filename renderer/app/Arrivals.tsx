import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../shared/wallet-api/views.ts'
import { useAnswer } from '../api/answers.ts'
import { Button } from '../ui/Button.tsx'
import { Facts } from '../ui/Page.tsx'
import { Note } from '../ui/States.tsx'
import css from './Arrivals.module.css'
import { beginRestoring } from './first-run.ts'
import { closeCurrent, closeProblem, openFiles, openNext, useOpenedFiles, type Kind } from './opened.ts'
import { pathTo } from './router.ts'
import type { ScreenName } from './screens.ts'

/** A backup is for a wallet that has no screens yet. */
const SHOWN_ON: Readonly<Record<Exclude<Kind, 'backup'>, ScreenName>> = {
  endorsement: 'transfers',
  identity: 'contacts',
  certificate: 'certificates',
  market: 'settings',
}

/** On top of every screen: leads from what was opened to where it is shown. `isSetUp`: the screens can be reached. */
export function Arrivals({ overview, isSetUp }: { readonly overview: Overview; readonly isSetUp: boolean }) {
  const { t } = useTranslation()
  const { current, next, problem } = useOpenedFiles()
  const hasKey = overview.keyPlace !== undefined
  useEffect(() => {
    if (current?.kind === 'backup') {
      if (!hasKey) beginRestoring()
    } else if (current !== undefined && isSetUp) window.location.hash = pathTo(SHOWN_ON[current.kind])
  }, [current, isSetUp, hasKey])
  const market = overview.wallet?.market
  return (
    <div aria-live="polite" className={css['arrivals']}>
      {problem !== undefined && (
        <Note tone="bad">
          <div className={css['note']}>
            <p>{t(`opened.problems.${problem}`)}</p>
            <Button onPress={closeProblem}>{t('action.close')}</Button>
          </div>
        </Note>
      )}
      {current !== undefined && current.kind !== 'market' && current.kind !== 'backup' && !isSetUp && (
        <Note tone="calm">{t(`opened.waits.${current.kind}`)}</Note>
      )}
      {current?.kind === 'backup' && hasKey && (
        <Note tone="warn">
          <div className={css['note']}>
            <p>{t('opened.backup')}</p>
            <Button onPress={closeCurrent}>{t('action.close')}</Button>
          </div>
        </Note>
      )}
      {current?.kind === 'market' && market !== undefined && <Joined text={current.text} market={market} />}
      {next.length > 0 && (current === undefined || isSetUp) && (
        <Note tone="calm">
          <div className={css['note']}>
            <p>{t('opened.more', { count: next.length })}</p>
            <Button onPress={openNext}>{t('opened.next')}</Button>
          </div>
        </Note>
      )}
    </div>
  )
}

/** A wallet belongs to one market: the link of another changes nothing. */
function Joined({
  text,
  market,
}: {
  readonly text: string
  readonly market: NonNullable<NonNullable<Overview['wallet']>['market']>
}) {
  const { t } = useTranslation()
  const link = useAnswer('market.readLink', { text })
  if (link.state !== 'ready') return null
  const { root, authority, fingerprint } = link.value
  const isSame = root === market.rootThumbprint
  return (
    <Note tone={isSame ? 'calm' : 'warn'}>
      <div className={css['note']}>
        <p>{t(isSame ? 'opened.sameMarket' : 'opened.otherMarket', { market: market.marketName })}</p>
        {!isSame && (
          <Facts
            facts={[
              [t('opened.authority'), authority],
              [t('opened.fingerprint'), fingerprint],
            ]}
          />
        )}
        <Button onPress={closeCurrent}>{t('action.close')}</Button>
      </div>
    </Note>
  )
}

/** A file may be dropped anywhere; what is dropped on a place for files is that place's. */
export function DropAnywhere() {
  const { t } = useTranslation()
  const [isOver, setOver] = useState(false)
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return
      setOver(true)
      // Otherwise the browser would show the file in place of the wallet.
      event.preventDefault()
    }
    const left = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false)
    }
    const ended = (): void => setOver(false)
    const drop = (event: DragEvent): void => {
      if (event.defaultPrevented || event.dataTransfer?.types.includes('Files') !== true) return
      event.preventDefault()
      void openFiles(event.dataTransfer.files)
    }
    const ends = [
      listen('dragenter', over, true),
      listen('dragover', over, true),
      listen('dragleave', left, true),
      listen('drop', ended, true),
      listen('drop', drop, false),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return (
    isOver && (
      <div className={css['over']} aria-hidden="true">
        <p>
          <FileDown size={24} />
          {t('opened.drop')}
        </p>
      </div>
    )
  )
}

function listen(
  kind: 'dragenter' | 'dragover' | 'dragleave' | 'drop',
  listener: (event: DragEvent) => void,
  capture: boolean,
): () => void {
  window.addEventListener(kind, listener, { capture })
  return () => window.removeEventListener(kind, listener, { capture })
}
