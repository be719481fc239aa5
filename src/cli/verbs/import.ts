// `wavetank import`: a cluster, what was measured of it, or a trace that others recorded is turned into a scenario.
import { InputError } from '../../lib/errors.ts';
import { readSource, STANDARD_INPUT } from '../../scenario/files.ts';
import { importers } from '../../scenario/import/index.ts';
import { filesWithin, linesOf } from '../../scenario/import/lines.ts';
import { checkUsable } from '../../scenario/import/usable.ts';
import { builtInFamilies, familySchemas } from '../../world/families.ts';
import { withExamples } from '../examples.ts';
import { UsageError } from '../failure.ts';
import { askPrometheus, isUrl } from '../import/prometheus-url.ts';
import { importExamples, importNames, type ImportOptions, importOptions } from '../import/options.ts';
import { writeImported } from '../import/write.ts';
import { STANDARD_INPUT_WORD } from '../standard-input.ts';
import type { Verb } from '../verb.ts';

interface ImportArguments extends ImportOptions {
  readonly kind: string;
  readonly files: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

const kinds = importers.members.map(({ name, summary }) => `${name}: ${summary}`).join(' ');

export const importTrace: Verb<ImportArguments> = {
  builder: (argv) =>
    withExamples(
      importOptions(
        argv
          .positional('kind', { describe: kinds, type: 'string', demandOption: true })
          .positional('files', {
            describe: 'files, folders, - for standard input, or the URL of Prometheus',
            type: 'string',
            array: true,
            demandOption: true,
            // Else the help has yargs' own, an empty list.
            default: undefined,
            coerce: (files: readonly string[]) =>
              files.map((file) => (file === STANDARD_INPUT_WORD ? STANDARD_INPUT : file)),
          })
          .option('out', {
            describe:
              'the new folder to write, or a new file ending in .yaml (default: the name, where there are several files)',
            type: 'string',
            requiresArg: true,
          })
          .option('json', {
            describe: 'print what was written and found as one JSON object on standard output',
            type: 'boolean',
          }),
      ),
      importExamples,
    ),
  handler: async ({ kind, files, out, json, ...given }) => {
    const { args } = importers.get(kind);
    const accepted = Object.keys((args as unknown as { shape?: object }).shape ?? {});
    const { range, step, ...others } = given;
    const asks = kind === 'prometheus' && files.some(isUrl);
    if (!asks && (range !== undefined || step !== undefined)) {
      throw new UsageError('--range and --step are for the URL of Prometheus');
    }
    const answers = new Map<string, string>();
    if (asks) for (const url of files.filter(isUrl)) answers.set(url, await askPrometheus(url, given));
    const own = asks ? { ...others, until: undefined } : others;
    const imported = await importers.create(kind, argumentsOf(own, kind, accepted), {
      files,
      read: (file) => {
        const text = answers.get(file);
        return text === undefined ? readSource(file) : { file, text };
      },
      lines: linesOf,
      within: filesWithin,
    });
    const {
      scenario,
      files: beside = [],
      notes,
    } = typeof imported === 'string' ? { scenario: imported, notes: [] } : imported;
    // Pieces are put together once: they are checked, and then written.
    const whole = beside.map(({ name, text }) => ({
      name,
      text: typeof text === 'string' ? text : Array.from(text).join(''),
    }));
    const made = { scenario, files: whole, notes };
    checkUsable(made, files[0] === STANDARD_INPUT ? '<stdin>' : files[0], familySchemas(builtInFamilies));
    writeImported(made, out, given.name ?? kind, json === true);
  },
};

const LISTS: ReadonlySet<string> = new Set(['namespace']);
const NUMBERS: ReadonlySet<string> = new Set(['speed', 'pods']);

/** The options that were given, as the importer takes them. */
function argumentsOf(
  given: { readonly [Option in keyof ImportOptions]: ImportOptions[Option] | undefined },
  kind: string,
  accepted: readonly string[],
): Record<string, unknown> {
  const options = Object.entries(given).filter(
    ([option, value]) => importNames.has(option) && value !== undefined && value !== false,
  );
  return Object.fromEntries(
    options.map(([option, value]) => {
      if (!accepted.includes(option)) {
        const takes = accepted.map((one) => `--${one}`).join(', ');
        throw new UsageError(`--${option} is not for \`wavetank import ${kind}\`, which takes ${takes}`);
      }
      if (LISTS.has(option)) return [option, [value].flat()];
      if (Array.isArray(value)) throw new UsageError(`--${option} is given twice`);
      if (!NUMBERS.has(option)) return [option, value];
      const number = Number(value);
      if (!Number.isFinite(number)) throw new InputError(`--${option}: expected a number, got "${String(value)}"`);
      return [option, number];
    }),
  );
}
