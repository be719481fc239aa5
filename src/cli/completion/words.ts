// What may be typed after `wavetank`: verbs, and the options and arguments that each declares.
import yargs, { type Argv } from 'yargs';
import type { DeclaredVerb } from '../verb.ts';
import { type Values, valuesOfArgument, valuesOfOption } from './values.ts';

export interface OptionWord {
  /** With its dashes. */
  readonly name: string;
  readonly describe: string;
  /** Undefined for one that takes no value. */
  readonly values: Values | undefined;
}

export interface ArgumentWord {
  readonly name: string;
  readonly values: Values;
  /** There may be several; it is the last one. */
  readonly repeated: boolean;
}

export interface VerbWord {
  readonly name: string;
  readonly describe: string;
  readonly arguments: readonly ArgumentWord[];
  readonly options: readonly OptionWord[];
}

/** In the order of `wavetank --help`. Loads every verb. */
export async function wordsOf(verbs: readonly DeclaredVerb[]): Promise<VerbWord[]> {
  return Promise.all(
    verbs.map(async ({ command, describe, load }): Promise<VerbWord> => {
      const [name, ...positionals] = command.split(' ');
      const { builder } = await load();
      const declared = builder(yargs().version(false).wrap(null)) as Argv;
      return {
        name,
        describe,
        arguments: await Promise.all(positionals.map((one) => argumentOf(name, one))),
        options: (await Promise.all(linesOf(await declared.getHelp()).map((line) => optionsOf(name, line)))).flat(),
      };
    }),
  );
}

/** `<files..>`, `[where]`. */
async function argumentOf(verb: string, declared: string): Promise<ArgumentWord> {
  const name = declared.replaceAll(/[<>[\].]/g, '');
  return { name, values: await valuesOfArgument(verb, name), repeated: declared.includes('..') };
}

/** Lines of options in a help that is not wrapped: `  -h, --help  Show help  [boolean]`. */
function linesOf(help: string): RegExpExecArray[] {
  return help.split('\n').flatMap((line) => {
    const found = /^ +(?:-\w, )?(--[a-z][\w-]*)\s+(.*?)\s*(\[(?:string|boolean|choices).*)?$/.exec(line);
    return found === null ? [] : [found];
  });
}

/** The option of a line; one that is on by itself has another that turns it off. */
async function optionsOf(verb: string, [, name, describe, type = '']: RegExpExecArray): Promise<OptionWord[]> {
  if (!type.includes('[boolean]')) {
    return [{ name, describe, values: await valuesOfOption(verb, name.slice(2)) }];
  }
  const off = { name: name.replace('--', '--no-'), describe: `turn ${name} off`, values: undefined };
  return [{ name, describe, values: undefined }, ...(type.includes('[default: true]') ? [off] : [])];
}
