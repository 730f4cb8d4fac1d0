import { Button as AriaButton, type ButtonProps } from 'react-aria-components/Button'
import { Link as AriaLink } from 'react-aria-components/Link'
import type { ReactNode } from 'react'
import { cls } from './cls.ts'
import css from './Button.module.css'

interface Look {
  /** `main`: what the screen is for, once a screen. `plain`: everything else. `quiet`: in bars and rows. */
  readonly look?: 'main' | 'plain' | 'quiet'
}

/**
 * Takes no press while pending, and keeps the focus. The library's own pending state is not used: it announces by a label that is
 * gone when the button is.
 */
export function Button({
  look = 'plain',
  isPending = false,
  type = 'button',
  onPress,
  ...props
}: Omit<ButtonProps, 'className'> & Look) {
  return (
    <AriaButton
      {...props}
      type={isPending ? 'button' : type}
      className={cls(css['button'], css[look], isPending && css['pending'])}
      {...(!isPending && onPress !== undefined && { onPress })}
    />
  )
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
