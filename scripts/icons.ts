/** Draws the application's icons from build/icon.svg, with Chromium: `node scripts/icons.ts`. What comes out is in the repository. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { chromium } from '@playwright/test'

const FOLDER = resolve(import.meta.dirname, '../build')
const LINUX = [16, 32, 48, 64, 128, 256, 512]
const WINDOWS = [16, 24, 32, 48, 64, 128, 256]
/** Apple's type of an entry, and the pixels of the PNG in it. */
const MAC = { icp4: 16, icp5: 32, ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic08: 256, ic14: 512, ic09: 512 } as const

type Drawn = ReadonlyMap<number, Buffer>

async function draw(sizes: Iterable<number>): Promise<Drawn> {
  const svg = await readFile(resolve(FOLDER, 'icon.svg'), 'utf8')
  const browser = await chromium.launch({
    executablePath: process.env['KABUKEN_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox'],
  })
  const drawn = new Map<number, Buffer>()
  for (const size of new Set(sizes)) {
    const page = await browser.newPage({ viewport: { width: size, height: size } })
    await page.setContent(`<style>* { margin: 0 } svg { display: block; width: ${size}px }</style>${svg}`)
    drawn.set(size, await page.screenshot({ omitBackground: true }))
    await page.close()
  }
  await browser.close()
  return drawn
}

function png(drawn: Drawn, size: number): Buffer {
  const found = drawn.get(size)
  if (found === undefined) throw new Error(`nothing was drawn of ${size} px`)
  return found
}

/** ICONDIR, one ICONDIRENTRY of 16 bytes a size, then the PNGs; a width of 256 is written as 0. */
function ico(drawn: Drawn): Buffer {
  const head = Buffer.alloc(6 + 16 * WINDOWS.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(WINDOWS.length, 4)
  let offset = head.length
  for (const [index, size] of WINDOWS.entries()) {
    const { length } = png(drawn, size)
    const entry = 6 + 16 * index
    head.writeUInt8(size % 256, entry)
    head.writeUInt8(size % 256, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += length
  }
  return Buffer.concat([head, ...WINDOWS.map((size) => png(drawn, size))])
}

/** Type and length, both of four bytes and the length with these eight, before each PNG and before the whole. */
function icns(drawn: Drawn): Buffer {
  const entry = (type: string, content: Buffer): Buffer => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(8 + content.length, 4)
    return Buffer.concat([head, content])
  }
  return entry('icns', Buffer.concat(Object.entries(MAC).map(([type, size]) => entry(type, png(drawn, size)))))
}

const drawn = await draw([...LINUX, ...WINDOWS, ...Object.values(MAC)])
await mkdir(resolve(FOLDER, 'icons'), { recursive: true })
for (const size of LINUX) await writeFile(resolve(FOLDER, `icons/${size}x${size}.png`), png(drawn, size))
await writeFile(resolve(FOLDER, 'icon.ico'), ico(drawn))
await writeFile(resolve(FOLDER, 'icon.icns'), icns(drawn))
