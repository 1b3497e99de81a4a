/** `bailiwick completion`: tab completion of commands and flags, from the commands themselves. */
import { Argument, Command } from 'commander'

export function completionCommand(): Command {
  return new Command('completion')
    .description('print a completion script')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .addHelpText('after', '\n  source <(bailiwick completion bash)')
    .action((shell: string, _flags: unknown, command: Command) => {
      const root = command.parent
      if (root === null) return
      const bash = bashScript(root)
      process.stdout.write(
        shell === 'bash' ? bash : `autoload -U bashcompinit; bashcompinit\n${bash}`,
      )
    })
}

function bashScript(root: Command): string {
  const cases = wordsByCommand(root, '').map(
    ([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`,
  )
  return `_bailiwick() {
  local path='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in -*) ;; *) path="$path $word" ;; esac
  done
  case "\${path# }" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _bailiwick bailiwick
`
}

function wordsByCommand(command: Command, path: string): (readonly [string, readonly string[]])[] {
  const flags = command.options
    .filter((option) => !option.hidden)
    .map((option) => option.long ?? '')
  const names = command.commands.map((each) => each.name())
  const below = command.commands.flatMap((each) =>
    wordsByCommand(each, path === '' ? each.name() : `${path} ${each.name()}`),
  )
  return [[path, [...names, ...flags, '--help']], ...below]
}
