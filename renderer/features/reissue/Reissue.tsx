import { CalendarSync, Combine, DatabaseBackup, FileQuestionMark, Split as SplitIcon } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { pathTo } from '../../app/router.ts'
import type { ScreenProps } from '../../app/screens.ts'
import { BackLink } from '../../ui/BackLink.tsx'
import { Page } from '../../ui/Page.tsx'
import { Consolidate } from './Consolidate.tsx'
import { Lost } from './Lost.tsx'
import { Renew } from './Renew.tsx'
import { Restore } from './Restore.tsx'
import { Split } from './Split.tsx'
import css from './Reissue.module.css'

const WAYS = {
  lost: { icon: FileQuestionMark, component: Lost },
  split: { icon: SplitIcon, component: Split },
  consolidate: { icon: Combine, component: Consolidate },
  renew: { icon: CalendarSync, component: Renew },
  restore: { icon: DatabaseBackup, component: Restore },
} as const

type Way = keyof typeof WAYS

/** `<way>/<certificate ID>` chooses a certificate beforehand; nothing is done by an address. */
export default function Reissue({ parts: [way = '', certificateId] }: ScreenProps) {
  const { t } = useTranslation()
  if (isWay(way)) {
    const { component: Component } = WAYS[way]
    return (
      <Page
        title={t(`reissue.ways.${way}.title`)}
        actions={<BackLink href={pathTo('reissue')}>{t('reissue.back')}</BackLink>}
      >
        <p>{t(`reissue.ways.${way}.what`)}</p>
        <Component certificateId={certificateId} />
      </Page>
    )
  }
  return (
    <Page title={t('reissue.title')}>
      <p>{t('reissue.what')}</p>
      <ul className={css['ways']}>
        {Object.entries(WAYS).map(([name, { icon: Icon }]) => (
          <li key={name}>
            <a href={pathTo('reissue', name)} className={css['way']}>
              <Icon aria-hidden="true" size={28} strokeWidth={1.5} />
              <span>
                <span className={css['name']}>{t(`reissue.ways.${name as Way}.title`)}</span>
                <span className={css['soft']}>{t(`reissue.ways.${name as Way}.what`)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Page>
  )
}

function isWay(name: string): name is Way {
  return Object.hasOwn(WAYS, name)
}
