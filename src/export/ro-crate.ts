// Results as an RO-Crate: ro-crate-metadata.json says in JSON-LD what each file is, what was run, with which input and by which program.
// https://www.researchobject.org/ro-crate/specification/1.1/
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { catalogue } from '../metrics/catalogue.ts';
import { InputError } from '../lib/errors.ts';
import { jsonOf } from '../lib/written-json.ts';
import { readJob } from '../report/read.ts';

/** What run.json says beyond what a report needs. */
const schema = z.object({
  program: z.string(),
  inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
  machine: z.object({ node: z.string(), platform: z.string(), arch: z.string(), processor: z.string() }),
  files: z.array(z.object({ file: z.string(), table: z.string(), rows: z.number(), sha256: z.string() })),
});

const CONTEXT = ['https://w3id.org/ro/crate/1.1/context', { sha256: 'https://w3id.org/ro/terms/workflow-run#sha256' }];
const HOME = 'https://www.npmjs.com/package/wavetank';

/** The crate of one job. `ended` is when its results were written. Throws an InputError. */
export function roCrate(folder: string): object {
  const file = join(folder, 'run.json');
  const read = schema.safeParse(jsonOf(readFileSync(file, 'utf8')));
  if (!read.success) {
    throw new InputError({
      file,
      message: 'an older version wrote it, which did not record input, machine and hashes',
    });
  }
  const { program, inputs, machine, files } = read.data;
  const { run } = readJob(folder);
  const ended = statSync(file).mtime;
  const started = new Date(ended.getTime() - run.wall_s * 1000);
  const software = `${HOME}/v/${run.version}#${program}`;
  const inputId = (name: string) => `#input-${encodeURIComponent(name)}`;
  const results = files.map(({ file: name, table, rows, sha256 }) => ({
    '@id': name,
    '@type': 'File',
    name,
    description: `${describe(table)} ${rows} rows.`,
    encodingFormat: 'text/csv',
    contentSize: String(statSync(join(folder, name)).size),
    sha256,
  }));
  return {
    '@context': CONTEXT,
    '@graph': [
      {
        '@id': 'ro-crate-metadata.json',
        '@type': 'CreativeWork',
        conformsTo: { '@id': 'https://w3id.org/ro/crate/1.1' },
        about: { '@id': './' },
      },
      {
        '@id': './',
        '@type': 'Dataset',
        name: `${run.scenario}, seed ${run.seed}`,
        description: `What a simulation of a Kubernetes cluster left behind: ${run.duration_seconds} s of the scenario ${run.scenario} with seed ${run.seed}. The same input, seed and program give the same bytes.`,
        datePublished: ended.toISOString().slice(0, 10),
        license: 'No license is stated: the results belong to whoever ran the simulation.',
        hasPart: [{ '@id': 'run.json' }, ...results.map((one) => ({ '@id': one['@id'] }))],
        mentions: { '@id': '#run' },
      },
      {
        '@id': 'run.json',
        '@type': 'File',
        name: 'run.json',
        description: 'What was run, with what outcome, and what was assumed.',
        encodingFormat: 'application/json',
      },
      ...results,
      ...inputs.map(({ file: name, sha256 }) => ({
        '@id': inputId(name),
        '@type': 'CreativeWork',
        name,
        description: 'A file of the input, by its hash.',
        sha256,
      })),
      {
        '@id': '#run',
        '@type': 'CreateAction',
        name: run.reproduce,
        description: `Digest of all events: ${run.digest}. Hash of scenario and manifests: ${run.scenario_hash}. Seed: ${run.seed}.`,
        startTime: started.toISOString(),
        endTime: ended.toISOString(),
        instrument: { '@id': software },
        object: inputs.map(({ file: name }) => ({ '@id': inputId(name) })),
        result: [{ '@id': 'run.json' }, ...results.map((one) => ({ '@id': one['@id'] }))],
        location: { '@id': '#machine' },
      },
      {
        '@id': software,
        '@type': 'SoftwareApplication',
        name: 'wavetank',
        softwareVersion: run.version,
        url: HOME,
        identifier: program,
      },
      {
        '@id': '#machine',
        '@type': 'Place',
        name: `${machine.platform} ${machine.arch}, Node ${machine.node}`,
        description: machine.processor,
      },
    ],
  };
}

function describe(table: string): string {
  return Object.entries(catalogue).find(([name]) => name === table)?.[1].help ?? '';
}
