// What stands for an option or an argument: names that there are, files, or any text.
import { importers } from '../../scenario/import/index.ts';
import { familyNames } from '../../library/plugins.ts';
import { packagedScenarios } from '../../library/package.ts';
import { templates } from '../plugin-templates.ts';

/** `scenario`: the name of a packaged one, or a file; names: one of them. */
export type Values = 'text' | 'file' | 'folder' | 'scenario' | readonly string[];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** By name, whatever the verb. */
const OPTIONS: Readonly<Record<string, Values>> = { plugin: 'file', junit: 'file', out: 'folder', measured: 'file' };

const ARGUMENTS: Readonly<Record<string, Values>> = {
  files: 'scenario',
  paths: 'file',
  dir: 'folder',
  dirs: 'folder',
  where: 'folder',
  a: 'folder',
  b: 'folder',
};

/** What only one verb has so. */
const OWN: Readonly<Record<string, () => Values | Promise<Values>>> = {
  'import kind': () => importers.members.map(({ name }) => name),
  'import files': () => 'file',
  'list family': () => [...familyNames, 'scenarios'],
  'new family': () => Object.keys(templates),
  'completion shell': () => SHELLS,
  'export --format': async () => Object.keys((await import('../../export/index.ts')).formats),
  'schema --out': () => 'file',
};

export async function valuesOfArgument(verb: string, name: string): Promise<Values> {
  return (await OWN[`${verb} ${name}`]?.()) ?? ARGUMENTS[name] ?? 'text';
}

/** `name` without its dashes. */
export async function valuesOfOption(verb: string, name: string): Promise<Values> {
  return (await OWN[`${verb} --${name}`]?.()) ?? OPTIONS[name] ?? 'text';
}

/** Names of packaged scenarios stand beside files. */
export function namesAmong(values: Values): readonly string[] {
  if (values === 'scenario') return packagedScenarios();
  return typeof values === 'string' ? [] : values;
}
