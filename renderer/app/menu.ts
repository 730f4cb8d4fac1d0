import { wallet } from '../api/wallet.ts'
import { pathTo } from './router.ts'
import { isScreen } from './screens.ts'

/** To be called once: the menu of the desktop application leads to the screens. */
export function followMenu(): void {
  wallet().on('navigate', ({ screen }) => {
    if (isScreen(screen)) window.location.hash = pathTo(screen)
  })
}
