// `wavetank import`: a trace that others recorded is turned into a scenario file.
import { writeFileSync } from 'node:fs';
import { InputError } from '../../lib/errors.ts';
import { readSource } from '../../scenario/files.ts';
import { importers } from '../../scenario/import/index.ts';
import { withExamples } from '../examples.ts';
import { UsageError } from '../failure.ts';
import type { Verb } from '../verb.ts';

interface ImportArguments {
  readonly kind: string;
  readonly files: readonly string[];
  readonly out?: string;
  readonly name?: string;
  readonly scheduler?: string;
  readonly every?: string;
  readonly order?: string;
  readonly column?: string;
  readonly speed?: string;
  readonly rate?: string;
}

const kinds = importers.members.map(({ name, summary }) => `${name}: ${summary}`).join(' ');

export const importTrace: Verb<ImportArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('kind', { describe: kinds, type: 'string', demandOption: true })
        .positional('files', {
          describe: 'files of the trace',
          type: 'string',
          array: true,
          demandOption: true,
          // Else the help has yargs' own, an empty list.
          default: undefined,
        })
        .option('out', { describe: 'the new file to write', type: 'string', requiresArg: true })
        .option('name', { describe: 'name of the scenario', type: 'string', requiresArg: true })
        .option('scheduler', {
          describe: 'scheduler plugin that scores alone (default: FGD)',
          type: 'string',
          requiresArg: true,
        })
        .option('every', {
          describe: 'pods arrive this far apart, such as 1s, and stay',
          type: 'string',
          requiresArg: true,
        })
        .option('order', {
          describe: 'CSV file with the order in which they come, as indexes of the pods sorted by name',
          type: 'string',
          requiresArg: true,
        })
        .option('column', { describe: 'column of that file (default: the second)', type: 'string', requiresArg: true })
        .option('speed', { describe: 'times of the trace are divided by it', type: 'string', requiresArg: true })
        .option('rate', { describe: 'requests to a call graph (default: 10/s)', type: 'string', requiresArg: true }),
      [
        [
          'pods come and go as they did',
          'wavetank import openb openb_node_list_gpu_node.csv openb_pod_list_default.csv --out openb.yaml',
        ],
        [
          'as in the FGD study: pods arrive one by one, and stay',
          'wavetank import openb NODES.csv PODS.csv --every 10ms --order arrivals_default.csv --column seed42',
        ],
        [
          'services that call each other, from traces',
          'wavetank import jaeger edges.csv --rate 50/s --out social-network.yaml',
        ],
      ],
    ),
  handler: ({ kind, files, out, name, scheduler, every, order, column, speed, rate }) => {
    const given = {
      name,
      scheduler,
      every,
      order,
      column,
      rate,
      speed: speed === undefined ? undefined : Number(speed),
    };
    for (const [option, value] of Object.entries(given)) {
      if (Array.isArray(value)) throw new UsageError(`--${option} is given twice`);
    }
    const args = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const text = importers.create(kind, args, { files, read: readSource });
    if (out === undefined) process.stdout.write(text);
    else writeNew(out, text);
  },
};

/** What is there is never overwritten. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message =
      code === 'EEXIST' ? 'exists already: remove it, or write to another file' : `cannot be written: ${code}`;
    throw new InputError({ file, message });
  }
}
