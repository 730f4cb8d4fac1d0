import type { IncomingMessage } from 'node:http'
import type { Confirmations, Question } from '../host/confirmations.ts'
import { askingOf, describeSigning } from '../host/describe.ts'
import type { Host } from '../host/host.ts'
import { WORDS } from '../host/words.ts'
import { closingPage, CONFIRMATION_POLICY, questionPage } from './confirmation-page.ts'
import { cookie, isNavigation, isOwnHost, isSame, newSecret, originOf, setCookie } from './guard.ts'
import type { Answer } from './loopback.ts'

const PATH = /^\/confirm\/([A-Za-z0-9_-]{43})$/
const PAGE_COOKIE = 'kabuken_confirm'
/** A CSRF token and one word. */
const MAX_FORM_BYTES = 1_024

interface Desk {
  /** In the address of this question alone; it ends with the answer. */
  readonly token: string
  readonly questionId: string
  /** Known to the page's cookie and to the page, and to nothing else. */
  readonly pageSecret: string
  readonly csrf: string
}

export interface DeskOptions {
  readonly port: () => number
  readonly host: () => Pick<Host, 'confirmations' | 'language' | 'currency'>
  /** The browser is the one that the link was opened with. */
  readonly isOwnBrowser: (request: IncomingMessage) => boolean
}

/**
 * Where a person approves or declines a signature in a browser. It has a port of its own, and so an origin of its own: the pages of
 * the wallet cannot reach into it, read its token or press its buttons, whatever has become of them. It has no scripts: an answer
 * is a click of the person.
 */
export class ConfirmationDesk {
  readonly #options: DeskOptions
  /** By token. */
  readonly #desks = new Map<string, Desk>()

  constructor(options: DeskOptions) {
    this.#options = options
  }

  urlOf({ id }: Question): string {
    const known = [...this.#desks.values()].find(({ questionId }) => questionId === id)
    const desk = known ?? { token: newSecret(), questionId: id, pageSecret: newSecret(), csrf: newSecret() }
    if (known === undefined) this.#forgetAnswered()
    this.#desks.set(desk.token, desk)
    return `${originOf(this.#options.port())}/confirm/${desk.token}`
  }

  async respond(request: IncomingMessage): Promise<Answer> {
    const { port, isOwnBrowser } = this.#options
    if (!isOwnHost(request.headers, port()) || !isOwnBrowser(request)) return { status: 403 }
    const token = PATH.exec(request.url ?? '')?.[1]
    if (token === undefined) return { status: 404 }
    if (request.method === 'GET') return this.#show(request, token)
    return request.method === 'POST' ? this.#take(request, token) : { status: 405 }
  }

  #show(request: IncomingMessage, token: string): Answer {
    // A window or tab of its own, or typed; from the wallet's page it is the same site on another port.
    if (!isNavigation(request.headers, ['same-site', 'same-origin', 'none'])) return { status: 403 }
    const { confirmations, language, currency } = this.#options.host()
    const desk = this.#desks.get(token)
    const question = desk === undefined ? undefined : confirmations.find(desk.questionId)
    if (desk === undefined || question === undefined) return this.#close()
    const described = describeSigning(question.summary, language(), currency())
    return {
      status: 200,
      headers: {
        ...PAGE_HEADERS,
        'Set-Cookie': setCookie(PAGE_COOKIE, desk.pageSecret, `/confirm/${token}`),
      },
      content: questionPage(described, desk.csrf, language()),
    }
  }

  async #take(request: IncomingMessage, token: string): Promise<Answer> {
    const { headers } = request
    const desk = this.#desks.get(token)
    if (desk === undefined) return this.#close()
    const form = await readForm(request)
    const isThisPage =
      headers.origin === originOf(this.#options.port()) &&
      isNavigation(headers, ['same-origin']) &&
      isSame(cookie(headers, PAGE_COOKIE), desk.pageSecret) &&
      isSame(form?.get('csrf') ?? undefined, desk.csrf)
    const answer = form?.get('answer')
    if (!isThisPage || (answer !== 'sign' && answer !== 'decline')) return { status: 403 }
    this.#desks.delete(token)
    const question = this.#confirmations.find(desk.questionId)
    const isTaken = this.#confirmations.answer(desk.questionId, answer === 'sign')
    if (question === undefined || !isTaken) return this.#close()
    const asking = askingOf(question.summary, this.#options.host().language())
    return this.#close(answer === 'sign' ? asking.agreed : asking.declined)
  }

  get #confirmations(): Confirmations {
    return this.#options.host().confirmations
  }

  /** Without an outcome the question is not waiting any more. */
  #close(outcome?: string): Answer {
    const language = this.#options.host().language()
    const content = closingPage(outcome ?? WORDS[language].over, language)
    return { status: outcome === undefined ? 410 : 200, headers: PAGE_HEADERS, content }
  }

  #forgetAnswered(): void {
    for (const [token, { questionId }] of this.#desks)
      if (this.#confirmations.find(questionId) === undefined) this.#desks.delete(token)
  }
}

const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': CONFIRMATION_POLICY,
  // "no-referrer" would make the browser send "Origin: null" with the form.
  'Referrer-Policy': 'same-origin',
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded') return undefined
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MAX_FORM_BYTES) return undefined
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}
