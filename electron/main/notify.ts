import { Notification } from 'electron'
import type { Notice } from '../host/notifications.ts'

/** Shown now; what nobody holds would lose its click. */
const shown = new Set<Notification>()

export function notify({ title, body }: Notice, onClick: () => void): void {
  if (!Notification.isSupported()) return
  const notification = new Notification({ title, body })
  shown.add(notification)
  notification.on('click', onClick)
  notification.on('close', () => shown.delete(notification))
  notification.show()
}
