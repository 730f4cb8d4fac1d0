import { Menu, nativeImage, Tray } from 'electron'
import icon from '../../build/icons/32x32.png?inline'
import { asOptions, type MenuItem } from './menu-template.ts'

/** Points; where the system scales a picture by itself it may be larger. */
const MAC_POINTS = 18

/** The icon beside the clock. To be kept: what nobody holds disappears. */
export function openTray(onOpen: () => void): Tray {
  const picture = nativeImage.createFromDataURL(icon)
  const tray = new Tray(process.platform === 'darwin' ? picture.resize({ width: MAC_POINTS }) : picture)
  tray.setToolTip('Kabuken')
  tray.on('click', onOpen)
  return tray
}

export function showTrayMenu(tray: Tray, items: readonly MenuItem[]): void {
  tray.setContextMenu(Menu.buildFromTemplate(items.map(asOptions)))
}
