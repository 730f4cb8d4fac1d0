import {
  ArrowLeftRight,
  BookUser,
  ChartCandlestick,
  FileBadge2,
  FileStack,
  LayoutDashboard,
  Megaphone,
  ScrollText,
  Server,
  Settings,
  Wallet,
  type LucideIcon,
} from 'lucide-react'
import { lazy, type ComponentType } from 'react'

/** `parts`: what follows the screen's name in the address. */
export interface ScreenProps {
  readonly parts: readonly string[]
}

interface Screen {
  readonly icon: LucideIcon
  readonly component: ComponentType<ScreenProps>
}

/** Every screen by its name in the address, in the order of the navigation; `nav.<name>` is its word. Loaded when first shown. */
export const screens = {
  portfolio: { icon: LayoutDashboard, component: lazy(() => import('../features/portfolio/Portfolio.tsx')) },
  certificates: { icon: FileBadge2, component: lazy(() => import('../features/certificates/Certificates.tsx')) },
  market: { icon: ChartCandlestick, component: lazy(() => import('../features/market/Market.tsx')) },
  offerings: { icon: Megaphone, component: lazy(() => import('../features/offerings/Offerings.tsx')) },
  cash: { icon: Wallet, component: lazy(() => import('../features/cash/Cash.tsx')) },
  transfers: { icon: ArrowLeftRight, component: lazy(() => import('../features/transfers/Transfers.tsx')) },
  contacts: { icon: BookUser, component: lazy(() => import('../features/contacts/Contacts.tsx')) },
  reissue: { icon: FileStack, component: lazy(() => import('../features/reissue/Reissue.tsx')) },
  history: { icon: ScrollText, component: lazy(() => import('../features/history/History.tsx')) },
  node: { icon: Server, component: lazy(() => import('../features/node/Node.tsx')) },
  settings: { icon: Settings, component: lazy(() => import('../features/settings/Settings.tsx')) },
} as const satisfies Readonly<Record<string, Screen>>

export type ScreenName = keyof typeof screens

export const FIRST_SCREEN: ScreenName = 'portfolio'

export function isScreen(name: string): name is ScreenName {
  return Object.hasOwn(screens, name)
}
