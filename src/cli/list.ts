// `wavetank list`: the families of extensions and their members with their arguments.
import type { CommandModule } from 'yargs';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { didYouMean } from '../lib/suggest.ts';
import { builtInFamilies, type Families, listed } from '../world/families.ts';
import { loadFamilies } from './plugins.ts';
import { colors } from './colors.ts';
import { packagedScenarios } from './package.ts';
import { table } from './table.ts';

interface ListArguments {
  readonly family?: string;
  readonly json?: boolean;
  readonly plugin?: string | readonly string[];
}

interface ArgumentSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ArgumentSchema[];
  readonly default?: unknown;
  readonly description?: string;
}

interface ArgumentList {
  readonly properties?: Readonly<Record<string, ArgumentSchema>>;
  readonly required?: readonly string[];
}

export const list: CommandModule<object, ListArguments> = {
  command: 'list [family]',
  describe: 'List families of extensions, the members of one, or the packaged scenarios',
  builder: (argv) =>
    argv
      .positional('family', { describe: [...Object.keys(builtInFamilies), 'scenarios'].join(', '), type: 'string' })
      .option('plugin', { describe: 'a module with members of your own', type: 'string', requiresArg: true })
      .option('json', { describe: 'one JSON object on standard output', type: 'boolean' })
      .example('$0 list balancers', 'members, arguments, defaults') as never,
  handler: async ({ family, json, plugin }) => {
    const families = await loadFamilies(plugin);
    if (family === undefined) printFamilies(families, json === true);
    else if (family === 'scenarios') printScenarios(json === true);
    else printMembers(families, family, json === true);
  },
};

function printFamilies(from: Families, json: boolean): void {
  const families = Object.values(listed(from));
  if (json) {
    const body = families.map(({ name, summary, members }) => ({
      name,
      summary,
      members: members.map((one) => one.name),
    }));
    process.stdout.write(`${JSON.stringify({ families: body })}\n`);
    return;
  }
  const rows = families.map(({ name, summary, members }) => [name, members.map((one) => one.name).join(', '), summary]);
  rows.push(['scenarios', packagedScenarios().join(', '), 'Scenarios that come with wavetank']);
  process.stdout.write(`${table(['family', 'members', ''], rows)}\n`);
}

function printScenarios(json: boolean): void {
  const names = packagedScenarios();
  process.stdout.write(json ? `${JSON.stringify({ scenarios: names })}\n` : `${names.join('\n')}\n`);
}

function printMembers(from: Families, name: string, json: boolean): void {
  const names = Object.keys(from);
  const found = listed(from)[name as keyof Families];
  if (found === undefined) {
    throw new InputError(
      `there is no family "${name}", expected one of ${[...names, 'scenarios'].join(', ')}${didYouMean(name, names)}`,
    );
  }
  const members = found.members.map((member) => ({
    name: member.name,
    summary: member.summary,
    arguments: z.toJSONSchema(member.args, { io: 'input', unrepresentable: 'any' }) as ArgumentList,
  }));
  if (json) {
    process.stdout.write(`${JSON.stringify({ family: name, summary: found.summary, members })}\n`);
    return;
  }
  const { bold, dim } = colors(process.stdout);
  const out = [found.summary, ''];
  for (const member of members) {
    out.push(`${bold(member.name)}  ${member.summary}`);
    const rows = Object.entries(member.arguments.properties ?? {}).map(([argument, schema]) => [
      `  ${argument}`,
      kind(schema),
      schema.default === undefined
        ? (member.arguments.required ?? []).includes(argument)
          ? 'required'
          : 'optional'
        : `default ${JSON.stringify(schema.default)}`,
      dim(schema.description ?? ''),
    ]);
    if (rows.length > 0) out.push(table(['', '', '', ''], rows));
  }
  process.stdout.write(`${out.join('\n')}\n`);
}

function kind(schema: ArgumentSchema): string {
  if (schema.enum !== undefined) return schema.enum.map(String).join('|');
  if (schema.type !== undefined) return schema.type;
  // A distribution is a choice of forms, of which the plain duration is the first.
  if ((schema.anyOf?.length ?? 0) > 2) return 'duration or distribution';
  return schema.anyOf === undefined ? 'any' : 'duration';
}
