import { useSyncExternalStore } from 'react'

/** A place: the name of a screen and what follows, `#/certificates/01J...` is `certificates` with one more part. */
export interface Place {
  readonly screen: string
  readonly parts: readonly string[]
}

/** For `href`: pathTo('certificates', id). */
export function pathTo(screen: string, ...parts: readonly string[]): string {
  return `#/${[screen, ...parts].map(encodeURIComponent).join('/')}`
}

/** Hashes work under any origin and path: `app://`, a loopback port, a folder. */
export function readPlace(hash: string): Place {
  const [screen = '', ...parts] = hash
    .replace(/^#?\/?/, '')
    .split('/')
    .map(decoded)
  return { screen, parts }
}

export function usePlace(): Place {
  const hash = useSyncExternalStore(listen, () => window.location.hash)
  return readPlace(hash)
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed)
  return () => window.removeEventListener('hashchange', changed)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
