// What every verb that reads a scenario takes, and how it is loaded.
import type { Argv } from 'yargs';
import { formatProblem, InputError } from '../lib/errors.ts';
import { amongTexts, type ReadFile, readConfined, readSource, STANDARD_INPUT } from '../scenario/files.ts';
import { loadScenario } from '../scenario/load.ts';
import { Problems } from '../scenario/problems.ts';
import type { LoadedScenario, Overrides, SourceText } from '../scenario/scenario.ts';
import { type Families, familySchemas } from '../world/families.ts';
import { UsageError } from './failure.ts';
import { STANDARD_INPUT_WORD } from './standard-input.ts';
import { locateScenario } from '../library/package.ts';

export interface ScenarioArguments {
  readonly files: readonly string[];
  readonly seed?: string;
  readonly duration?: string;
  readonly nodes?: string;
  readonly error?: string;
  readonly traces?: string;
  readonly set?: string | readonly string[];
  readonly strict?: boolean;
  readonly skipUnknown?: boolean;
  readonly plugin?: string | readonly string[];
  /** Instead of files: the texts that a shard has read. */
  readonly texts?: Pick<LoadedScenario, 'inputs' | 'files'>;
}

/** Declares the files and the options that change a scenario. */
export function scenarioOptions<T>(argv: Argv<T>) {
  return argv
    .positional('files', {
      describe: 'a scenario or Kubernetes manifests; `-` reads standard input; a plain name is a packaged scenario',
      type: 'string',
      array: true,
      demandOption: true,
      // Else the help has yargs' own, an empty list.
      default: undefined,
      coerce: (files: readonly string[]) => files.map((file) => (file === STANDARD_INPUT_WORD ? STANDARD_INPUT : file)),
    })
    .option('seed', { describe: 'seed of all random streams', type: 'string', requiresArg: true })
    .option('duration', { describe: 'simulated time, such as 10m', type: 'string', requiresArg: true })
    .option('nodes', { describe: 'number of nodes in the only node pool', type: 'string', requiresArg: true })
    .option('traces', {
      describe: 'keep so many requests from end to end, for Jaeger and ui.perfetto.dev',
      type: 'string',
      requiresArg: true,
    })
    .option('error', {
      describe: 'sample requests: simulate them until figures are known to this error, such as 2%',
      type: 'string',
      requiresArg: true,
    })
    .option('set', {
      describe: 'change a field: path=value, or Kind/namespace/name:/json/pointer=value; may be repeated',
      type: 'string',
      requiresArg: true,
    })
    .option('plugin', {
      describe: 'a plugin file; may be repeated',
      type: 'string',
      requiresArg: true,
    })
    .option('skip-unknown', {
      describe: 'leave out custom objects that no CustomResourceDefinition of the input defines',
      type: 'boolean',
    })
    .option('strict', {
      describe: 'fail on a field without effect on the simulation, or a duplicate key in a manifest',
      type: 'boolean',
    });
}

/** A whole number of at least `least`, or an InputError that names the option. */
export function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
    throw new InputError(`--${option}: expected a whole number of at least ${least}, got "${text}"`);
  }
  return value;
}

/** Loads what the command line names, with axes, variants or targets of chaos from there. Throws an InputError. Warnings are printed unless `warn` is false. */
export function load(
  given: ScenarioArguments,
  families: Families,
  more: Pick<Overrides, 'vary' | 'bench' | 'chaos' | 'measure'> = {},
  warn = true,
): LoadedScenario {
  if (given.files.length === 0) throw new UsageError('name a scenario file, a manifest, or - for standard input');
  const { inputs, readFile } = given.texts === undefined ? readFiles(given.files) : ofTexts(given.texts);
  const seed = wholeNumber('seed', given.seed, 0);
  const nodes = wholeNumber('nodes', given.nodes, 1);
  const traces = wholeNumber('traces', given.traces, 0);
  const loaded = loadScenario(inputs, {
    families: familySchemas(families),
    readFile,
    set: given.set === undefined ? [] : [given.set].flat(),
    ...(seed === undefined ? {} : { seed }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(given.duration === undefined ? {} : { duration: given.duration }),
    ...(given.error === undefined ? {} : { error: given.error }),
    ...(traces === undefined ? {} : { traces }),
    ...(given.strict === undefined ? {} : { strict: given.strict }),
    ...(given.skipUnknown === undefined ? {} : { skipUnknown: given.skipUnknown }),
    ...more,
  });
  for (const warning of warn ? loaded.warnings : []) process.stderr.write(`warning: ${formatProblem(warning)}\n`);
  return loaded;
}

interface Read {
  readonly inputs: readonly SourceText[];
  readonly readFile: ReadFile;
}

function readFiles(files: readonly string[]): Read {
  const problems = new Problems();
  const inputs = files.flatMap((file) => problems.attempt(() => readSource(locateScenario(file))) ?? []);
  problems.throwIfAny();
  return { inputs, readFile: readConfined };
}

function ofTexts({ inputs, files }: Pick<LoadedScenario, 'inputs' | 'files'>): Read {
  return { inputs, readFile: amongTexts(files) };
}

/** The options as they would be typed again, for the command that reproduces a run. */
export function retype(given: ScenarioArguments): string {
  return scenarioWords(given).map(quote).join(' ');
}

/** Files and options, without the seed. */
export function scenarioWords(given: ScenarioArguments): string[] {
  const words = [...given.files];
  if (given.duration !== undefined) words.push('--duration', given.duration);
  if (given.nodes !== undefined) words.push('--nodes', given.nodes);
  if (given.error !== undefined) words.push('--error', given.error);
  if (given.traces !== undefined) words.push('--traces', given.traces);
  if (given.skipUnknown === true) words.push('--skip-unknown');
  for (const one of given.plugin === undefined ? [] : [given.plugin].flat()) words.push('--plugin', one);
  for (const one of given.set === undefined ? [] : [given.set].flat()) words.push('--set', one);
  return words;
}

/** A word of a command as a shell takes it. */
export function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
