import { EventEmitter } from 'node:events'
import { copyFile, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { outOfChromium } from './browser.ts'
import type { Devtools } from './devtools.ts'
import { dialog } from './dialog.ts'
import { defaultSession } from './session.ts'

const FOLDER = join(process.env['STAND_IN_FOLDER'] ?? '', 'downloads')

/** A file that a page saves, as Electron tells of it: where nobody says where to, the person is asked. */
class DownloadItem extends EventEmitter {
  readonly #url: string
  readonly #fileName: string
  #savePath = ''

  constructor(url: string, fileName: string) {
    super()
    this.#url = url
    this.#fileName = fileName
  }

  getURL(): string {
    return this.#url
  }
  getFilename(): string {
    return this.#fileName
  }
  setSavePath(path: string): void {
    this.#savePath = path
  }

  /** `from`: where Chromium put it. */
  async finish(from: string): Promise<void> {
    const to = this.#savePath || (await this.#askWhere())
    if (to === '') return void this.emit('done', {}, 'cancelled')
    const isWritten = await copyFile(from, to).then(
      () => true,
      () => false,
    )
    this.emit('done', {}, isWritten ? 'completed' : 'interrupted')
  }

  async #askWhere(): Promise<string> {
    const answer = (await dialog.showSaveDialog({ title: this.#fileName })) as { filePath: string }
    return answer.filePath
  }
}

/** Chromium saves into a folder of its own; what becomes of it is the application's. */
export async function watchDownloads(devtools: Devtools, isOwnFrame: (frameId: string) => boolean): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const items = new Map<string, DownloadItem>()
  devtools.on<{ guid: string; frameId: string; url: string; suggestedFilename: string }>(
    'Browser.downloadWillBegin',
    ({ guid, frameId, url, suggestedFilename }) => {
      if (!isOwnFrame(frameId)) return
      let isPrevented = false
      const item = new DownloadItem(url.replace(/(?<=^blob:).*/, outOfChromium), suggestedFilename)
      defaultSession.emit('will-download', { preventDefault: () => (isPrevented = true) }, item)
      if (isPrevented) void devtools.send('Browser.cancelDownload', { guid }).catch(() => undefined)
      else items.set(guid, item)
    },
  )
  devtools.on<{ guid: string; state: string }>('Browser.downloadProgress', ({ guid, state }) => {
    const item = items.get(guid)
    if (item === undefined || state === 'inProgress') return
    items.delete(guid)
    if (state !== 'completed') return void item.emit('done', {}, 'interrupted')
    const file = join(FOLDER, guid)
    void item.finish(file).then(() => rm(file))
  })
  await devtools.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: FOLDER,
    eventsEnabled: true,
  })
}
