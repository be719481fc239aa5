// The completion of fish.
import { namesAmong, type Values } from './values.ts';
import type { OptionWord, VerbWord } from './words.ts';

/** A file for a folder of `$fish_complete_path`; it may be sourced too. */
export function fishScript(verbs: readonly VerbWord[], version: string): string {
  const lines = verbs.flatMap((verb) => [
    `complete -c wavetank -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.describe)}`,
    ...verb.options.map((option) => optionLine(verb, option)),
    ...argumentLines(verb),
  ]);
  return `# Completion of wavetank ${version} for fish. Once, and again after an update:
#   wavetank completion fish > ~/.config/fish/completions/wavetank.fish
complete -c wavetank -e
complete -c wavetank -f
complete -c wavetank -n __fish_use_subcommand -l help -s h -d 'Show help'
complete -c wavetank -n __fish_use_subcommand -l version -d 'Show version number'
${lines.join('\n')}
`;
}

function optionLine({ name: verb }: VerbWord, { name, describe, values }: OptionWord): string {
  const value = values === undefined ? '' : ` -r${candidates(values)}`;
  return `${of(verb)} -l ${name.slice(2)}${value} -d ${quoted(describe)}`;
}

/** The first argument of several is one of its names, what comes after it is the second. */
function argumentLines({ name: verb, arguments: all }: VerbWord): string[] {
  const [first, second] = all;
  if (first === undefined) return [];
  const names = namesAmong(first.values).join(' ');
  if (second === undefined || names === '') return [`${of(verb)}${candidates(first.values)}`];
  const seen = `__fish_seen_subcommand_from ${names}`;
  return [
    `${of(verb, `; and not ${seen}`)}${candidates(first.values)}`,
    `${of(verb, `; and ${seen}`)}${candidates(second.values)}`,
  ];
}

function of(verb: string, and = ''): string {
  return `complete -c wavetank -n '__fish_seen_subcommand_from ${verb}${and}'`;
}

function candidates(values: Values): string {
  const names = namesAmong(values).join(' ');
  if (values === 'folder') return " -a '(__fish_complete_directories)'";
  if (values === 'file') return ' -F';
  return `${names === '' ? '' : ` -a ${quoted(names)}`}${values === 'scenario' ? ' -F' : ''}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
