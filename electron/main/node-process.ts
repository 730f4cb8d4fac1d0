import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { utilityProcess } from 'electron'
import { toNode } from '../../shared/bundled-node/channel.ts'
import { writeMembers } from '../../shared/documents/document.ts'
import type { StartNodeProcess } from '../node/node-process.ts'

/** The bundled node as a utility process of Electron. To be used after the application is ready. */
export function nodeAsUtilityProcess(program: string): StartNodeProcess {
  return ({ onMessage, onErrorOutput, onExit }) => {
    const child = utilityProcess.fork(program, [], {
      serviceName: 'Kabuken node',
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.on('message', onMessage)
    child.on('error', (kind, location) => onErrorOutput(`${kind} at ${location}`))
    child.on('exit', onExit)
    if (child.stderr instanceof Readable) createInterface(child.stderr).on('line', onErrorOutput)
    return {
      send: (message) => child.postMessage(writeMembers(toNode, message)),
      kill: () => {
        // Its own `kill` is SIGTERM: somebody has asked before, in words.
        if (child.pid !== undefined) process.kill(child.pid, 'SIGKILL')
      },
    }
  }
}
