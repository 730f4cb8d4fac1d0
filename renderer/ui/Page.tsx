import { useEffect, useId, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Page.module.css'

/** One screen: its heading takes the focus when the screen comes, so that a screen reader says where one is. */
export function Page({
  title,
  standing,
  actions,
  children,
}: {
  readonly title: string
  /** How it is with what the screen shows, in a line below the title. */
  readonly standing?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  useEffect(() => {
    document.title = t('app.title', { screen: title })
  }, [t, title])
  return (
    <div className={css['page']}>
      <div className={css['head']}>
        <div className={css['title']}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {standing !== undefined && <p className={css['standing']}>{standing}</p>}
        </div>
        {actions !== undefined && <div className={css['actions']}>{actions}</div>}
      </div>
      {children}
    </div>
  )
}

/** A part of a screen on its own sheet, with its heading. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title?: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  const id = useId()
  return (
    <section className={css['section']} {...(title === undefined ? {} : { 'aria-labelledby': id })}>
      {title !== undefined && (
        <div className={css['head']}>
          <h2 id={id}>{title}</h2>
          {actions !== undefined && <div className={css['actions']}>{actions}</div>}
        </div>
      )}
      {children}
    </section>
  )
}

/** Name and value pairs. */
export function Facts({ facts }: { readonly facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={css['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
