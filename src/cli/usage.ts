// What yargs finds wrong with a command line, in this program's words.
import { didYouMean } from '../lib/suggest.ts';
import type { DeclaredVerb } from './verb.ts';

export interface Usage {
  /** After `wavetank`. */
  readonly words: readonly string[];
  readonly verbs: readonly DeclaredVerb[];
  /** Of the verb, without dashes; all that there are where none is named. */
  readonly options: readonly string[];
}

/** A sentence for one of yargs' messages; any other one as it is. */
export function usageInWords(message: string, { words, verbs, options }: Usage): string {
  const names = verbs.map(({ command }) => command.split(' ')[0]);
  const [first = ''] = words;
  const verb = verbs.find(({ command }) => command.split(' ')[0] === first);
  if (verb === undefined && /^\w/.test(first) && /^(Unknown|Not enough|Too many|Missing|Invalid)/.test(message)) {
    return `there is no command "${first}"${didYouMean(first, names)}; \`wavetank --help\` lists them`;
  }
  const help = `\`wavetank ${first} --help\` has examples`;
  if (message.startsWith('Not enough non-option arguments') && verb !== undefined) {
    return `expected wavetank ${verb.command.replaceAll(/<(\w+)(\.\.)?>/g, (_, name: string, more = '') => `${name.toUpperCase()}${more === '' ? '' : '…'}`)}; ${help}`;
  }
  const following = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (following !== undefined) return `${dashed(following)} needs a value; ${help}`;
  const required = /^Missing required arguments?: (.*)$/.exec(message)?.[1];
  if (required !== undefined) return `${required.split(', ').map(dashed).join(', ')} is required; ${help}`;
  const choice = /^Invalid values:\s+Argument: (.*?), Given: (.*?), Choices: (.*)$/m.exec(message);
  if (choice !== null) {
    const [, name, given, choices] = choice;
    return `${dashed(name)}: expected one of ${choices.replaceAll('"', '')}, got ${given}`;
  }
  const exclusive = /^Arguments (\S+) and (\S+) are mutually exclusive$/.exec(message);
  if (exclusive !== null) return `${dashed(exclusive[1])} and ${dashed(exclusive[2])} exclude each other`;
  const unknown = /^Unknown arguments?: (.*)$/.exec(message)?.[1].split(', ')[0];
  if (unknown === undefined) return message;
  if (words.includes(unknown)) return `${JSON.stringify(unknown)} is one argument too many; ${help}`;
  return `unknown option ${dashed(unknown)}${didYouMean(unknown, options)}; ${help}`;
}

function dashed(name: string): string {
  return `${name.length === 1 ? '-' : '--'}${name}`;
}
