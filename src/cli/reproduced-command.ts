// The command in run.json, back into what was given on the command line.
import { InputError } from '../lib/errors.ts';
import type { ScenarioArguments } from './scenario-options.ts';

/** Options that the command may have, and whether one has a value. */
const OPTIONS: Readonly<Record<string, boolean>> = {
  duration: true,
  nodes: true,
  error: true,
  traces: true,
  plugin: true,
  set: true,
  seed: true,
  seeds: true,
  'skip-unknown': false,
  check: false,
};

/** Throws an InputError at `file` for a command that nobody can type, or that another version wrote. */
export function readCommand(command: string, file: string): ScenarioArguments & { readonly check: boolean } {
  const fail = (message: string): never => {
    throw new InputError({ file, path: 'reproduce', message });
  };
  const [program, verb, ...words] = wordsOf(command);
  if (program !== 'wavetank' || verb !== 'run')
    return fail(`expected a command \`wavetank run …\`, got \`${command}\``);
  const files: string[] = [];
  const values = new Map<string, string[]>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (!word.startsWith('--')) {
      if (word === '-' || word === '<script>')
        fail(`the input was ${word === '-' ? 'standard input' : 'made by a script'}, which is not kept`);
      files.push(word);
      continue;
    }
    const name = word.slice(2);
    const hasValue = OPTIONS[name] ?? fail(`has the option ${word}, which this version does not know`);
    if (hasValue) at += 1;
    values.set(name, [...(values.get(name) ?? []), hasValue ? (words[at] ?? fail(`${word} has no value`)) : '']);
  }
  const last = (name: string) => values.get(name)?.at(-1);
  const given = Object.fromEntries(
    ['seed', 'duration', 'nodes', 'error', 'traces'].flatMap((name) =>
      last(name) === undefined ? [] : [[name, last(name)]],
    ),
  ) as Partial<ScenarioArguments>;
  const lists = Object.fromEntries(
    ['set', 'plugin'].flatMap((name) => (values.has(name) ? [[name, values.get(name)]] : [])),
  );
  return { files, ...given, ...lists, skipUnknown: values.has('skip-unknown'), check: values.has('check') };
}

/** Words as a shell divides them: by spaces, without the quotes that were put around special characters. */
function wordsOf(command: string): string[] {
  return Array.from(command.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g), ([word]) =>
    word.replaceAll(
      /'([^']*)'|\\(.)/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  );
}
