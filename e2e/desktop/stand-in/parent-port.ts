import { EventEmitter } from 'node:events'

/** To be named in `--import` of a process that stands in for a utility process. */
const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (message: unknown): void => void process.send?.(message),
  start: (): void => {},
})
process.on('message', (data) => parentPort.emit('message', { data, ports: [] }))
Object.assign(process, { parentPort })
