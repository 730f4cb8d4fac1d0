import { Ellipsis, Eye, EyeOff, FolderOpen, Lock, type LucideIcon } from 'lucide-react'
import { useRef, type ComponentProps, type ReactNode } from 'react'
import { FileTrigger } from 'react-aria-components/FileTrigger'
import { useTranslation } from 'react-i18next'
import type { Overview } from '../../shared/wallet-api/views.ts'
import { useCommand } from '../api/answers.ts'
import { Button } from '../ui/Button.tsx'
import { Arrivals } from './Arrivals.tsx'
import { Banners } from './Banners.tsx'
import { Confirmations } from './Confirmations.tsx'
import { openFiles } from './opened.ts'
import { pathTo } from './router.ts'
import { screens, type ScreenName } from './screens.ts'
import { changeSettings, useSettings } from './settings.ts'
import css from './Shell.module.css'

/** Where the window is low, not all of the navigation is seen at once. */
function intoView(link: HTMLElement | null): void {
  link?.scrollIntoView({ block: 'nearest' })
}

/** What is around every screen: skip link, name, navigation (at the side, or below where it is narrow), banners. */
export function Shell({
  overview,
  navigation = false,
  current,
  children,
}: {
  readonly overview: Overview
  readonly navigation?: boolean
  readonly current?: ScreenName
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  const hidden = useSettings(({ settings }) => settings.hideAmounts)
  const lock = useCommand('lock.lock')
  return (
    <div className={navigation ? css['shell'] : css['bare']}>
      <a
        href="#content"
        className={css['skip']}
        onClick={(event) => {
          // The address belongs to the router.
          event.preventDefault()
          document.querySelector<HTMLElement>('main h1')?.focus()
        }}
      >
        {t('app.skip')}
      </a>
      <header className={css['top']}>
        <span className={css['name']}>
          <img src="./seal.svg" alt="" width={28} height={28} />
          {t('app.name')}
        </span>
        {navigation && (
          <span className={css['tools']}>
            <FileTrigger onSelect={(files) => void openFiles(files ?? [])}>
              <Tool label={t('opened.button')} icon={FolderOpen} />
            </FileTrigger>
            <Tool
              label={hidden ? t('amount.show') : t('amount.hide')}
              icon={hidden ? EyeOff : Eye}
              onPress={() => void changeSettings({ hideAmounts: !hidden })}
            />
            <Tool label={t('lock.lock')} icon={Lock} isPending={lock.busy} onPress={() => void lock.run({})} />
          </span>
        )}
      </header>
      {navigation && <Navigation current={current} />}
      <main id="content" className={css['main']}>
        <Banners overview={overview} />
        <Arrivals overview={overview} isSetUp={navigation} />
        <Confirmations pending={overview.confirmations} />
        {children}
      </main>
    </div>
  )
}

/** A button with a picture alone; its name comes up under the pointer. */
function Tool({
  label,
  icon: Icon,
  ...props
}: Pick<ComponentProps<typeof Button>, 'isPending' | 'onPress'> & {
  readonly label: string
  readonly icon: LucideIcon
}) {
  return (
    <span title={label}>
      <Button {...props} look="quiet" aria-label={label}>
        <Icon aria-hidden="true" size={20} />
      </Button>
    </span>
  )
}

/** A narrow window has room for these and a button that shows the others. */
const FIRST = 4

function Navigation({ current }: { readonly current: ScreenName | undefined }) {
  const { t } = useTranslation()
  const others = useRef<HTMLUListElement>(null)
  const all = Object.keys(screens) as ScreenName[]
  const isOther = current !== undefined && all.indexOf(current) >= FIRST
  return (
    <nav aria-label={t('app.screens')} className={css['nav']}>
      <ul>
        {all.map((name, index) => (
          <li key={name} className={index < FIRST ? undefined : css['later']}>
            <ScreenLink name={name} current={current} />
          </li>
        ))}
        <li className={css['more']}>
          <button type="button" popoverTarget="other-screens" aria-current={isOther ? 'true' : undefined}>
            <Ellipsis aria-hidden="true" size={20} />
            <span>{t('app.more')}</span>
          </button>
        </li>
      </ul>
      <ul id="other-screens" popover="auto" ref={others} className={css['others']}>
        {all.slice(FIRST).map((name) => (
          <li key={name}>
            <ScreenLink name={name} current={current} onFollow={() => others.current?.hidePopover()} />
          </li>
        ))}
      </ul>
    </nav>
  )
}

function ScreenLink({
  name,
  current,
  onFollow,
}: {
  readonly name: ScreenName
  readonly current: ScreenName | undefined
  readonly onFollow?: () => void
}) {
  const { t } = useTranslation()
  const { icon: Icon } = screens[name]
  return (
    <a
      ref={name === current ? intoView : undefined}
      href={pathTo(name)}
      aria-current={name === current ? 'page' : undefined}
      onClick={onFollow}
    >
      <Icon aria-hidden="true" size={20} />
      <span>{t(`nav.${name}`)}</span>
    </a>
  )
}
