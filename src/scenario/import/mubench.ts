// A work model of muBench as a scenario.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { check } from '../../lib/explain.ts';
import { member } from '../../lib/family.ts';
import { callGraphArgs, type CallGraph, type GraphCall, scenarioOf } from './call-graph.ts';
import type { Importer, ImportSources } from './importer.ts';
import type { SourceText } from '../scenario.ts';

/** A digit of pi by the loader of muBench, which computes `complexity` of them in each trial: an assumption, as machines differ. */
const DIGIT_US = 1;

const service = z.looseObject({
  external_services: z
    .array(
      z.looseObject({
        seq_len: z.number().default(100),
        services: z.array(z.string()),
        probabilities: z.record(z.string(), z.number()).default({}),
      }),
    )
    .default([]),
  internal_service: z
    .looseObject({
      loader: z
        .looseObject({
          cpu_stress: z
            .looseObject({
              run: z.boolean().default(false),
              range_complexity: z.tuple([z.number(), z.number()]).default([100, 100]),
              trials: z.number().default(1),
            })
            .optional(),
          sleep_stress: z
            .looseObject({ run: z.boolean().default(false), sleep_time: z.number().default(0) })
            .optional(),
        })
        .optional(),
    })
    .optional(),
  workers: z.int().positive().default(4),
  threads: z.int().positive().default(16),
});

const workModel = z.record(z.string(), service);

function read({ file, text }: SourceText): z.output<typeof workModel> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError({
      file,
      message: `not valid JSON: ${error instanceof Error ? error.message : String(error)}`,
    });
  }
  const checked = check(workModel, value);
  if (checked.ok) return checked.value;
  const [{ path, message }] = checked.flaws;
  throw new InputError({ file, path: path.join('.'), message: `is no work model of muBench: ${message}` });
}

/** Groups are called at once, the services of a group one after the other: `seq_len` of them, each with its probability. */
function graphOf(model: z.output<typeof workModel>, file: string): CallGraph {
  const names = Object.keys(model);
  const services = names.map((name) => {
    const { external_services: groups, internal_service: internal, workers, threads } = model[name];
    const { cpu_stress: cpu, sleep_stress: sleep } = internal?.loader ?? {};
    const [least, most] = cpu?.range_complexity ?? [0, 0];
    const cpuUs = cpu?.run === true ? ((least + most) / 2) * cpu.trials * DIGIT_US : 0;
    const sleepUs = sleep?.run === true ? sleep.sleep_time * 1e6 : 0;
    const calls = groups.flatMap(({ seq_len, services: called, probabilities }): GraphCall[] =>
      called.map((to) => {
        if (!names.includes(to))
          throw new InputError({ file, path: name, message: `calls "${to}", which the model has not` });
        return { to, ratio: Math.min(1, seq_len / called.length) * (probabilities[to] ?? 1) };
      }),
    );
    return {
      name,
      ownUs: cpuUs + sleepUs,
      calls: calls.filter(({ ratio }) => ratio > 0),
      parallel: groups.length > 1,
      concurrency: workers * threads,
    };
  });
  if (services.length === 0) throw new InputError({ file, message: 'has no services' });
  return { services, entry: names[0] };
}

export const mubench: Importer = member({
  name: 'mubench',
  summary: 'A work model of muBench, a JSON file: its first service is called from outside.',
  args: callGraphArgs,
  create({ name = 'call-graph', rate }, sources: ImportSources): string {
    const { files } = sources;
    if (files.length !== 1) throw new InputError(`mubench takes one work model; ${files.length} files were given`);
    const model = read(sources.read(files[0]));
    return scenarioOf(graphOf(model, files[0]), name, rate, files[0].split('/').at(-1) ?? files[0]);
  },
});
