import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { LinkButton } from './Button.tsx'

/** From one thing back to all of them: the same in the head of every such screen. */
export function BackLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  return (
    <LinkButton href={href}>
      <ArrowLeft aria-hidden="true" size={18} />
      {children}
    </LinkButton>
  )
}
