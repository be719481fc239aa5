// The completion of bash, 3.2 (macOS) and newer.
import { namesAmong, type Values } from './values.ts';
import type { VerbWord } from './words.ts';

/** A script that is sourced. */
export function bashScript(verbs: readonly VerbWord[], version: string): string {
  return `# Completion of wavetank ${version} for bash. Once, and again after an update:
#   wavetank completion bash > ~/.local/share/bash-completion/completions/wavetank
# or, where bash-completion is not installed, into a file that ~/.bashrc sources.
_wavetank() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]}
  local words='' files='' options='' takes='' at=2 argument=0 one
  COMPREPLY=()
  # For bash, = is a word of its own.
  if [[ $word == = ]]; then word=''
  elif [[ $before == = && COMP_CWORD -gt 2 ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  case \${COMP_WORDS[1]} in
${verbs.map(verbCase).join('\n')}
  esac
  while (( at < COMP_CWORD )); do
    case \${COMP_WORDS[at]} in
      =) (( at += 1 )) ;;
      -*) [[ $takes == *" \${COMP_WORDS[at]} "* && \${COMP_WORDS[at+1]} != = ]] && (( at += 1 )) ;;
      *) (( argument += 1 )) ;;
    esac
    (( at += 1 ))
  done
  if (( COMP_CWORD == 1 )); then words='${[...verbs.map(({ name }) => name), '--help', '--version'].join(' ')}'
  elif [[ $takes == *" $before "* ]]; then
    case \${COMP_WORDS[1]}$before in
${verbs.flatMap(optionCases).join('\n')}
    esac
  elif [[ $word == -* ]]; then words=$options
  else
    case \${COMP_WORDS[1]}$argument in
${verbs.flatMap(argumentCases).join('\n')}
    esac
  fi
  while IFS= read -r one; do COMPREPLY+=("$one"); done < <(
    IFS=' '
    compgen -W "$words" -- "$word"
    [[ $files == file ]] && compgen -f -- "$word"
    [[ $files == folder ]] && compgen -d -- "$word"
  )
  # Readline adds the slash of a folder; older ones cannot be told, and do so for a word too.
  [[ -z $files ]] && type compopt &>/dev/null && compopt +o filenames 2>/dev/null
  return 0
}
complete -o filenames -F _wavetank wavetank
`;
}

function verbCase({ name, options }: VerbWord): string {
  const takes = options.flatMap((one) => (one.values === undefined ? [] : [one.name]));
  return `    ${name})
      options='${options.map((one) => one.name).join(' ')}'
      takes=' ${takes.join(' ')} ' ;;`;
}

function optionCases({ name: verb, options }: VerbWord): string[] {
  return options.flatMap(({ name, values }) => {
    const what = values === undefined ? '' : assignments(values);
    return what === '' ? [] : [`      ${verb}${name}) ${what} ;;`];
  });
}

function argumentCases({ name: verb, arguments: all }: VerbWord): string[] {
  return all.flatMap(({ values, repeated }, index) => {
    const what = assignments(values);
    return what === '' ? [] : [`      ${verb}${repeated ? '[0-9]*' : index}) ${what} ;;`];
  });
}

function assignments(values: Values): string {
  const names = namesAmong(values);
  const parts = names.length === 0 ? [] : [`words='${names.join(' ')}'`];
  if (values === 'folder') parts.push('files=folder');
  if (values === 'file' || values === 'scenario') parts.push('files=file');
  return parts.join(' ');
}
