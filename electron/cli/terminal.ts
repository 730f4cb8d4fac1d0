/** The person who sits at the terminal, if there is one. */
export interface Person {
  readonly agrees: (question: string) => Promise<boolean>
  /** Undefined when they gave none. */
  readonly secret: (question: string) => Promise<string | undefined>
  readonly text: (question: string) => Promise<string | undefined>
}

/** Undefined where nobody can be asked. Questions go to standard error: standard output is for results. */
export function personAtTerminal(): Person | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined
  const prompts = () => import('@clack/prompts')
  const output = process.stderr
  return {
    async agrees(message) {
      const { confirm } = await prompts()
      return (await confirm({ message, output, initialValue: false })) === true
    },
    async secret(message) {
      const { isCancel, password } = await prompts()
      const typed = await password({ message, output })
      return isCancel(typed) ? undefined : typed
    },
    async text(message) {
      const { isCancel, text } = await prompts()
      const typed = await text({ message, output })
      return isCancel(typed) ? undefined : typed.trim()
    },
  }
}
