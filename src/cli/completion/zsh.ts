// The completion of zsh.
import { namesAmong, type Values } from './values.ts';
import type { ArgumentWord, OptionWord, VerbWord } from './words.ts';

/** A function for a folder of `$fpath`; it may be sourced too. */
export function zshScript(verbs: readonly VerbWord[], version: string): string {
  return `#compdef wavetank
# Completion of wavetank ${version} for zsh. Once, and again after an update:
#   wavetank completion zsh > "\${fpath[1]}/_wavetank"
_wavetank() {
  local curcontext=$curcontext state line
  local -a verbs=(
${verbs.map(({ name, describe }) => `    '${quoted(`${name}:${describe}`)}'`).join('\n')}
  )
  _arguments -C '(- *)'{-h,--help}'[Show help]' '(- *)--version[Show version number]' '1: :->verb' '*:: :->rest' && return
  case $state in
    verb) _describe -t commands 'command' verbs ;;
    rest)
      case $words[1] in
${verbs.map(verbCase).join('\n')}
      esac ;;
  esac
}
if [[ $funcstack[1] == _wavetank ]]; then _wavetank "$@"; else compdef _wavetank wavetank; fi
`;
}

function verbCase({ name, options, arguments: all }: VerbWord): string {
  const specs = [...options.map(optionSpec), ...all.map(argumentSpec)];
  return `        ${name}) _arguments ${specs.map((one) => `\\\n          '${quoted(one)}'`).join(' ')} ;;`;
}

function optionSpec({ name, describe, values }: OptionWord): string {
  const says = `[${describe.replaceAll('[', '(').replaceAll(']', ')')}]`;
  return values === undefined ? `${name}${says}` : `*${name}=${says}:${name.slice(2)}:${action(values)}`;
}

function argumentSpec({ name, values, repeated }: ArgumentWord, index: number): string {
  return `${repeated ? '*' : index + 1}:${name}:${action(values)}`;
}

function action(values: Values): string {
  const names = namesAmong(values).join(' ');
  if (values === 'folder') return '_files -/';
  if (values === 'file') return '_files';
  if (values === 'scenario') return `_alternative "names:packaged scenario:(${names})" "files:file:_files"`;
  return names === '' ? ' ' : `(${names})`;
}

/** Within single quotes. */
function quoted(text: string): string {
  return text.replaceAll("'", "'\\''");
}
