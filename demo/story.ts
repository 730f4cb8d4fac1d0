import { formatTable, type Column } from '../shared/terminal/table.ts'
import { isoTime } from '../server/commit/outgoing.ts'

export interface StoryEvent {
  readonly at: string
  readonly act: string
  readonly text: string
}

/** Tells what happens while it happens, on standard output, or keeps it for `--json`. */
export class Story {
  readonly events: StoryEvent[] = []
  readonly #quiet: boolean
  #act = ''

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  act(title: string): void {
    this.#act = title
    this.#print(`\n${title}`)
  }

  say(text: string): void {
    this.events.push({ at: isoTime(Date.now()), act: this.#act, text })
    this.#print(`  ${text}`)
  }

  table<Row>(title: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.#print(`\n${title}\n${formatTable(columns, rows)}`)
  }

  #print(text: string): void {
    if (!this.#quiet) process.stdout.write(`${text}\n`)
  }
}
