import { Argument, Command } from 'commander'

const SHELLS = ['bash', 'zsh', 'fish'] as const

/** The shell asks the command itself for the words that can follow, so that completion is never older than the command. */
const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_kabuken() { mapfile -t COMPREPLY < <(compgen -W "$(kabuken complete -- "\${COMP_WORDS[@]:1:COMP_CWORD-1}")" -- "\${COMP_WORDS[COMP_CWORD]}"); }
complete -o default -F _kabuken kabuken`,
  zsh: `#compdef kabuken
_kabuken() { compadd -- \${(f)"$(kabuken complete -- \${words[2,CURRENT-1]})"} || _files }
compdef _kabuken kabuken`,
  fish: `complete -c kabuken -a '(kabuken complete -- (commandline -opc)[2..])'`,
}

export function completionCommand(program: Command): Command {
  program.addCommand(
    new Command('complete').argument('[words...]').action((words: string[]) => {
      process.stdout.write(`${following(program, words).join('\n')}\n`)
    }),
    { hidden: true },
  )
  return new Command('completion')
    .description('print a shell completion script, e.g. source <(kabuken completion bash)')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => {
      process.stdout.write(`${SCRIPTS[shell]}\n`)
    })
}

/** Sub-commands and options that can follow the words typed so far. */
function following(program: Command, words: readonly string[]): string[] {
  let command = program
  for (const word of words) command = command.commands.find((each) => each.name() === word) ?? command
  const commands = command.commands.map((each) => each.name()).filter((name) => name !== 'complete')
  return [...commands, ...command.options.flatMap((option) => option.long ?? [])]
}
