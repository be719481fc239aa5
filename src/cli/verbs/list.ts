// `wavetank list`: the families of extensions and their members with their arguments.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { bare, describeFields, type Described, objectShape } from '../../lib/describe.ts';
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { writeValue } from '../../scenario/fill.ts';
import { defaultMultiPoint } from '../../scheduler/framework/profile/default-profile.ts';
import { extensionPointsOf } from '../../world/scheduler-plugins.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { packagedScenario, packagedScenarios } from '../../library/package.ts';
import { chartsOf, type Extensions, familyNames, loadExtensions } from '../../library/plugins.ts';
import { wrap } from '../lines.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

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

async function listed(extensions: Extensions): Promise<ListedFamily[]> {
  return [...Object.values(extensions.families), await chartsOf(extensions)];
}

export const list: Verb<ListArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('family', { describe: [...familyNames, 'scenarios'].join(', '), type: 'string' })
        .option('plugin', {
          describe: 'a plugin file; may be repeated',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['the families', 'wavetank list'],
        ['members of one, with arguments, units and defaults', 'wavetank list balancers'],
        ['scheduler plugins, with extension points and weights', 'wavetank list scheduler-plugins'],
        ['with those of a plugin', 'wavetank list balancers --plugin mine.mjs'],
      ],
    ),
  handler: async ({ family, json, plugin }) => {
    const extensions = await loadExtensions(plugin);
    if (family === 'scenarios') {
      printScenarios(json === true);
      return;
    }
    const families = await listed(extensions);
    if (family === undefined) printFamilies(families, json === true);
    else printMembers(families, extensions, family, json === true);
  },
};

function printFamilies(families: readonly ListedFamily[], json: boolean): void {
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

function printMembers(families: readonly ListedFamily[], from: Extensions, name: string, json: boolean): void {
  const names = [...familyNames, 'scenarios'];
  // `scheduler-plugins` is as good as `schedulerPlugins`.
  const camel = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const found = families.find((family) => family.name === camel);
  if (found === undefined) {
    throw new InputError(`there is no family "${name}", expected one of ${names.join(', ')}${didYouMean(name, names)}`);
  }
  const extensionOf = found.name === 'schedulerPlugins' ? extensions(from) : () => undefined;
  if (json) {
    const members = found.members.map((member) => ({
      name: member.name,
      summary: member.summary,
      ...extensionOf(member.name),
      arguments: describeFields(member.args, (text) => text),
    }));
    process.stdout.write(`${JSON.stringify({ family: found.name, summary: found.summary, members })}\n`);
    return;
  }
  const { bold, dim } = colors(process.stdout);
  const out = [found.summary, ''];
  for (const member of found.members) {
    out.push(`${bold(member.name)}  ${member.summary}`);
    const extension = extensionOf(member.name);
    if (extension !== undefined) out.push(dim(`  ${extensionText(extension)}`));
    const rows = fieldsOf(member.args).map((field) => [
      `  ${field.name}`,
      wrap(field.type, CELL),
      wrap(defaultText(field), CELL),
      wrap(field.meaning, CELL).split('\n').map(dim).join('\n'),
    ]);
    if (rows.length > 0) out.push(table(['', '', '', ''], rows));
  }
  const types = found.members.flatMap(({ args }) => describeFields(args, (text) => text).map(({ type }) => type));
  const notes = NOTATIONS.filter(([word]) => types.some((type) => new RegExp(`\\b${word}\\b`).test(type)));
  if (notes.length > 0) out.push('', ...notes.map(([word, how]) => dim(`A ${word} is written ${how}.`)));
  process.stdout.write(`${out.join('\n')}\n`);
}

/** Columns of a cell of arguments. */
const CELL = 44;

/** What is in a mapping, or in each item of a list of mappings, is listed this deep. */
const DEEPEST = 2;

/** The arguments, and below each what is in it: `scoringStrategy.resources[].weight`. */
function fieldsOf(schema: z.core.$ZodType, prefix = '', depth = 0): Described[] {
  const shape = objectShape(schema);
  return describeFields(schema, (text) => text).flatMap((field) => {
    const inner = bare(shape[field.name]);
    const list = inner instanceof z.ZodArray;
    const name = `${prefix}${field.name}`;
    const below = depth < DEEPEST && field.type.includes('mapping') ? (list ? inner.element : inner) : undefined;
    return [
      { ...field, name },
      ...(below === undefined ? [] : fieldsOf(below, `${name}${list ? '[]' : ''}.`, depth + 1)),
    ];
  });
}

/** Where a scheduler plugin takes part. */
interface Extension {
  /** Undefined where they depend on arguments that have no default. */
  readonly extensionPoints: readonly string[] | undefined;
  readonly inDefaultProfile: boolean;
  /** Of its score in the default profile. */
  readonly defaultWeight?: number;
}

function extensions({ families }: Extensions): (name: string) => Extension {
  const pointsOf = extensionPointsOf(families.schedulerPlugins);
  return (name) => {
    const extensionPoints = pointsOf(name, {});
    const use = defaultMultiPoint.find((one) => one.name === name);
    const weighs = use !== undefined && extensionPoints?.includes('score') === true;
    return {
      extensionPoints,
      inDefaultProfile: use !== undefined,
      ...(weighs ? { defaultWeight: use.weight ?? 1 } : {}),
    };
  };
}

function extensionText({ extensionPoints, inDefaultProfile, defaultWeight }: Extension): string {
  const points = extensionPoints === undefined ? 'by its arguments' : extensionPoints.join(', ');
  const weight = defaultWeight === undefined ? '' : ` with weight ${defaultWeight}`;
  return `at ${points}; ${inDefaultProfile ? `in the default profile${weight}` : 'not in the default profile'}`;
}

/** Words of the types that have a unit. */
const NOTATIONS = [
  ['duration', '250ms, 1m30s, 1.5h or 0'],
  ['rate', '500/s or 30/m'],
  ['size', '120MB or 1.5GiB'],
  ['distribution', 'as a duration (constant), or as { lognormal: { median: 12ms, sigma: 0.6 } } and the like'],
] as const;

function defaultText({ required, default: given }: Described): string {
  if (given !== undefined) return `default ${writeValue(given)}`;
  return required ? 'required' : 'optional';
}
