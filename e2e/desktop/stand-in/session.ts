import { EventEmitter } from 'node:events'
import { browser, inChromium } from './browser.ts'
import { note, recorded } from './recorded.ts'

type Handler = (request: Request) => Response | Promise<Response>
export const schemes = new Map<string, Handler>()

export const protocol = recorded('protocol', {
  handle: (scheme: string, handler: Handler): void => void schemes.set(scheme, handler),
})

type RequestHandler = (contents: unknown, permission: string, callback: (isGranted: boolean) => void) => void
type CheckHandler = (contents: unknown, permission: string) => boolean
const handlers: { request?: RequestHandler; check?: CheckHandler } = {}

const permissions = {
  setPermissionRequestHandler: (handler: RequestHandler): void => {
    note('session.setPermissionRequestHandler', [])
    handlers.request = handler
  },
  setPermissionCheckHandler: (handler: CheckHandler): void => {
    note('session.setPermissionCheckHandler', [])
    handlers.check = handler
  },
}

export const defaultSession = recorded('session', Object.assign(new EventEmitter(), permissions))

export const session = { defaultSession, fromPartition: () => defaultSession }

/** What Chromium calls a permission, and what Electron calls it. */
const PERMISSIONS = {
  geolocation: 'geolocation',
  notifications: 'notifications',
  videoCapture: 'media',
  audioCapture: 'media',
  clipboardReadWrite: 'clipboard-read',
  midi: 'midi',
  sensors: 'sensors',
  idleDetection: 'idle-detection',
} as const

/** Chromium does as the application's handlers say; without handlers Electron grants everything. */
export async function applyPermissions(contents: unknown, url: string): Promise<void> {
  const devtools = await browser()
  for (const [name, permission] of Object.entries(PERMISSIONS)) {
    const isRequested = await new Promise<boolean>((resolve) =>
      handlers.request === undefined ? resolve(true) : handlers.request(contents, permission, resolve),
    )
    const isGranted = isRequested && (handlers.check?.(contents, permission) ?? true)
    await devtools.send('Browser.setPermission', {
      permission: { name: CHROMIUM_NAMES[name] ?? name },
      setting: isGranted ? 'granted' : 'denied',
      origin: new URL(inChromium(url)).origin,
    })
  }
}

/** In `Browser.setPermission` some have the names of the permissions API. */
const CHROMIUM_NAMES: Readonly<Record<string, string>> = {
  videoCapture: 'camera',
  audioCapture: 'microphone',
  clipboardReadWrite: 'clipboard-read',
  sensors: 'accelerometer',
  idleDetection: 'idle-detection',
}
