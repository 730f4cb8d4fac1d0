import { fork } from 'node:child_process'
import { createInterface } from 'node:readline'
import { writeMembers } from '../../shared/documents/document.ts'
import { toNode } from '../../shared/bundled-node/channel.ts'
import type { Json } from '../../shared/signing/canonical.ts'
import type { StartNodeProcess } from './node-process.ts'

/** The bundled node under Node.js itself, over the channel that `fork` gives. */
export function nodeAsChildProcess(program: string): StartNodeProcess {
  return ({ onMessage, onErrorOutput, onExit }) => {
    // Nothing of its parent's command line, and no debugger's port, is for the node.
    const child = fork(program, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    let ended = false
    const end = (): void => {
      if (ended) return
      ended = true
      onExit()
    }
    child.on('message', (message) => onMessage(message as Json))
    // A program that cannot be started has no exit, and a message that comes too late is no fault of anybody's.
    child.on('error', (error) => {
      onErrorOutput(error.message)
      if (child.pid === undefined) end()
    })
    if (child.stderr !== null) createInterface(child.stderr).on('line', onErrorOutput)
    child.on('close', end)
    return {
      send: (message) => {
        if (child.connected) child.send(writeMembers(toNode, message) as object, () => undefined)
      },
      kill: () => void child.kill('SIGKILL'),
    }
  }
}
