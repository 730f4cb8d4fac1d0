import { protocol } from 'electron'
import { readScreen } from '../host/built-screens.ts'
import { isOwnPage, PAGE_HEADERS, SCHEME, SCHEME_PRIVILEGES } from './policy.ts'

/** Before the application is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: SCHEME_PRIVILEGES }])
}

/** Serves the built screens, and no other file of the machine. */
export function serveScreens(folder: string): void {
  protocol.handle(SCHEME, async ({ url, method }) => {
    const served = isOwnPage(url) && method === 'GET' ? await readScreen(folder, new URL(url).pathname) : undefined
    if (served === undefined) return new Response(null, { status: 404, headers: PAGE_HEADERS })
    return new Response(new Uint8Array(served.content), { headers: { ...PAGE_HEADERS, 'Content-Type': served.type } })
  })
}
