import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { mayUpdate } from './update-policy.ts'
import { UpdateRun, type Surroundings, type Updater } from './update-run.ts'

/** Updates of this very application, if it says where they are. Nothing of the updater is loaded otherwise. */
export function ownUpdates(surroundings: Omit<Surroundings, 'load' | 'ask'>): UpdateRun {
  const { isPackaged } = app
  // Beside the archive of the application.
  const configuration = isPackaged ? ownConfiguration(join(app.getAppPath(), '../app-update.yml')) : undefined
  return new UpdateRun(mayUpdate({ isPackaged, platform: process.platform, configuration }), {
    ...surroundings,
    load: async (): Promise<Updater> => (await import('electron-updater')).default.autoUpdater,
    ask: async ({ buttons, ...question }) => {
      const { response } = await dialog.showMessageBox({
        type: 'info',
        noLink: true,
        ...question,
        buttons: [...buttons],
      })
      return response
    },
  })
}

function ownConfiguration(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
