import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { Link as AriaLink } from 'react-aria-components/Link'
import type { ReactNode } from 'react'
import { cls } from './cls.ts'
import css from './Button.module.css'

interface Look {
  /** `main`: what the screen is for, once a screen. `plain`: everything else. `quiet`: in bars and rows. */
  readonly look?: 'main' | 'plain' | 'quiet'
}

export function Button({ look = 'plain', ...props }: Omit<ButtonProps, 'className'> & Look) {
  return <AriaButton {...props} className={cls(css['button'], css[look])} />
}

/** A link that looks like a button; `href` as in `pathTo`. */
export function LinkButton({
  look = 'plain',
  href,
  children,
}: Look & { readonly href: string; readonly children: ReactNode }) {
  return (
    <AriaLink href={href} className={cls(css['button'], css[look])}>
      {children}
    </AriaLink>
  )
}
