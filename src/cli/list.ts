// `wavetank list`: the families of extensions and their members with their arguments.
import { readFileSync } from 'node:fs';
import type { CommandModule } from 'yargs';
import type { z } from 'zod';
import { describeFields, type Described } from '../lib/describe.ts';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { writeValue } from '../scenario/fill.ts';
import { colors } from './colors.ts';
import { withExamples } from './examples.ts';
import { packagedScenario, packagedScenarios } from '../library/package.ts';
import { type Extensions, familyNames, loadExtensions } from '../library/plugins.ts';
import { table } from './table.ts';

interface ListArguments {
  readonly family?: string;
  readonly json?: boolean;
  readonly plugin?: string | readonly string[];
}

/** A family as a list of names, summaries and schemas. */
interface ListedFamily {
  readonly name: string;
  readonly summary: string;
  readonly members: readonly { readonly name: string; readonly summary: string; readonly args: z.ZodType }[];
}

function listed({ families, charts }: Extensions): ListedFamily[] {
  return [...Object.values(families), charts];
}

export const list: CommandModule<object, ListArguments> = {
  command: 'list [family]',
  describe: 'List families of extensions, the members of one, or the packaged scenarios',
  builder: (argv) =>
    withExamples(
      argv
        .positional('family', { describe: [...familyNames, 'scenarios'].join(', '), type: 'string' })
        .option('plugin', {
          describe: 'a file with members of your own; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'one JSON object on standard output', type: 'boolean' }),
      [
        ['the families', 'wavetank list'],
        ['members of one, with arguments, units and defaults', 'wavetank list balancers'],
        ['with those of a plugin', 'wavetank list balancers --plugin mine.mjs'],
      ],
    ) as never,
  handler: async ({ family, json, plugin }) => {
    const extensions = await loadExtensions(plugin);
    if (family === undefined) printFamilies(extensions, json === true);
    else if (family === 'scenarios') printScenarios(json === true);
    else printMembers(extensions, family, json === true);
  },
};

function printFamilies(extensions: Extensions, json: boolean): void {
  const families = listed(extensions);
  if (json) {
    const body = families.map(({ name, summary, members }) => ({
      name,
      summary,
      members: members.map((one) => one.name),
    }));
    process.stdout.write(`${JSON.stringify({ families: body })}\n`);
    return;
  }
  const { bold, dim } = colors(process.stdout);
  const out = families.flatMap(({ name, summary, members }) => [
    `${bold(name)}  ${summary}`,
    `  ${members.map((one) => one.name).join(', ')}`,
  ]);
  out.push(`${bold('scenarios')}  Scenarios that come with wavetank.`, `  ${packagedScenarios().join(', ')}`);
  out.push('', dim('`wavetank list FAMILY` prints the arguments of its members.'));
  process.stdout.write(`${out.join('\n')}\n`);
}

function printScenarios(json: boolean): void {
  const scenarios = packagedScenarios().map((name) => ({ name, question: question(packagedScenario(name)) }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ scenarios })}\n`);
    return;
  }
  const { bold } = colors(process.stdout);
  const lines = scenarios.map((scenario) => `${bold(scenario.name)}\n  ${scenario.question}`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** The first line of a scenario is the question that it answers. */
function question(file: string): string {
  return /^# (.*)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
}

function printMembers(from: Extensions, name: string, json: boolean): void {
  const names = [...familyNames, 'scenarios'];
  const found = listed(from).find((family) => family.name === name);
  if (found === undefined) {
    throw new InputError(`there is no family "${name}", expected one of ${names.join(', ')}${didYouMean(name, names)}`);
  }
  if (json) {
    const members = found.members.map((member) => ({
      name: member.name,
      summary: member.summary,
      arguments: describeFields(member.args, (text) => text),
    }));
    process.stdout.write(`${JSON.stringify({ family: name, summary: found.summary, members })}\n`);
    return;
  }
  const { bold, dim } = colors(process.stdout);
  const out = [found.summary, ''];
  for (const member of found.members) {
    out.push(`${bold(member.name)}  ${member.summary}`);
    const rows = describeFields(member.args, (text) => text).map((field) => [
      `  ${field.name}`,
      field.type,
      defaultText(field),
      dim(field.meaning),
    ]);
    if (rows.length > 0) out.push(table(['', '', '', ''], rows));
  }
  const types = found.members.flatMap(({ args }) => describeFields(args, (text) => text).map(({ type }) => type));
  const notes = NOTATIONS.filter(([word]) => types.some((type) => new RegExp(`\\b${word}\\b`).test(type)));
  if (notes.length > 0) out.push('', ...notes.map(([word, how]) => dim(`A ${word} is written ${how}.`)));
  process.stdout.write(`${out.join('\n')}\n`);
}

/** Words of the types that have a unit. */
const NOTATIONS = [
  ['duration', '250ms, 1m30s, 1.5h or 0'],
  ['rate', '500/s or 30/m'],
  ['size', '120MB or 1.5GiB'],
  ['distribution', 'as a duration, which is constant, or as { lognormal: { median: 12ms, sigma: 0.6 } } and the like'],
] as const;

function defaultText({ required, default: given }: Described): string {
  if (given !== undefined) return `default ${writeValue(given)}`;
  return required ? 'required' : 'optional';
}
