import { readFile, stat } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
}

export interface Served {
  readonly type: string
  readonly content: Buffer
}

/** Path inside the folder for a path of a URL, or undefined for one that leads out of it or is none. */
function pathInside(folder: string, urlPath: string): string | undefined {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (!decoded.startsWith('/') || /[\\\0:]/.test(decoded)) return undefined
  const path = normalize(join(folder, decoded.endsWith('/') ? `${decoded}index.html` : decoded))
  return path.startsWith(folder + sep) ? path : undefined
}

/** A file of the built screens; undefined for everything else. Only kinds of files that the build makes are served. */
export async function readScreen(folder: string, urlPath: string): Promise<Served | undefined> {
  const path = pathInside(folder, urlPath)
  const type = path === undefined ? undefined : TYPES[extname(path)]
  if (path === undefined || type === undefined) return undefined
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
  return isFile ? { type, content: await readFile(path) } : undefined
}
