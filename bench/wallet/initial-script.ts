import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** What a gzipped first load of JavaScript may weigh. */
export const MAX_INITIAL_SCRIPT_BYTES = 250_000

/**
 * Bytes of JavaScript, gzipped, that the built screens load before anything can be shown: the page's scripts with everything that
 * they import for certain, and the one import that the entry waits for itself (renderer/main.tsx).
 */
export async function initialScriptBytes(screens: string): Promise<number> {
  const page = await readFile(join(screens, 'index.html'), 'utf8')
  const found = new Set<string>()
  const scripts = [...page.matchAll(/<script[^>]*\bsrc="\.?\/?([^"]+)"/g)].map(([, file = '']) => file)
  let bytes = 0
  const take = async (file: string, withDynamic: boolean): Promise<void> => {
    if (found.has(file)) return
    found.add(file)
    const content = await readFile(join(screens, file))
    bytes += gzipSync(content).length
    for (const imported of importsOf(content.toString(), withDynamic)) await take(join('assets', imported), false)
  }
  for (const file of scripts) await take(file, true)
  return bytes
}

/** File names beside the importing one. */
function importsOf(script: string, withDynamic: boolean): readonly string[] {
  const certain = [...script.matchAll(/\b(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)]
  const dynamic = withDynamic ? [...script.matchAll(/\bimport\(\s*["'`]\.\/([^"'`]+\.js)["'`]\s*\)/g)] : []
  return [...certain, ...dynamic].map(([, file = '']) => file)
}
