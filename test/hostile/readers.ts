// Every reader of files that come from elsewhere, with a good file each: what it makes is used, or refused in words.
import { InputError } from '../../src/lib/errors.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import type { ImportSources } from '../../src/scenario/import/importer.ts';
import { importers } from '../../src/scenario/import/index.ts';
import { checkUsable } from '../../src/scenario/import/usable.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { readMeasured } from '../../src/sweep/calibrate/measured.ts';
import { answersSchema, batchSchema, planSchema, sweepSchema, workerSchema } from '../../src/sweep/queue/messages.ts';
import { familySchemas, builtInFamilies } from '../../src/world/families.ts';
import { sourcesOf } from '../support/imports.ts';
import * as good from './good-files.ts';

export interface Reader {
  readonly name: string;
  /** By file name. */
  readonly files: Readonly<Record<string, string>>;
  /** Throws an InputError for files that it does not take; anything else is a bug. */
  readonly read: (files: Readonly<Record<string, string>>) => unknown;
}

const families = familySchemas(builtInFamilies);

/** How many jobs there are, and the scenario of the first. */
function loads(text: string, beside: ReadonlyMap<string, string> = new Map()): unknown {
  const readFile = (file: string) => {
    const found = beside.get(file);
    if (found === undefined) throw new InputError({ file, message: 'no such file' });
    return { file, text: found };
  };
  const jobs = expandJobs(loadScenario([{ file: 'scenario.yaml', text }], { families, readFile }), { families });
  return [jobs.length, jobs[0].loaded.scenario];
}

function importer(
  kind: string,
  args: object,
  files: Readonly<Record<string, string>>,
  named?: readonly string[],
): Reader {
  return {
    name: `import ${kind}${Object.keys(files)[0].endsWith('.json') ? ' (json)' : ''}`,
    files,
    read(texts) {
      const made = importers.create(kind, args, sourcesWithPlaces(texts, named));
      if (made instanceof Promise) throw new Error(`${kind} takes its time`);
      const imported = typeof made === 'string' ? { scenario: made, notes: [] } : made;
      checkUsable(imported, 'file', families);
      return imported.scenario;
    },
  };
}

/** Lines end as the program's own reader has them. */
function sourcesWithPlaces(texts: Readonly<Record<string, string>>, named?: readonly string[]): ImportSources {
  const sources = sourcesOf(texts, named === undefined ? undefined : [...named]);
  return {
    ...sources,
    read(file) {
      const { text } = sources.read(file);
      return { file, text: text.replace(/^\uFEFF/, '') };
    },
    *lines(file) {
      for (const { line, text } of sources.lines(file)) {
        yield { line, text: text.replace(/\r$/, '').replace(line === 1 ? /^\uFEFF/ : '', '') };
      }
    },
  };
}

const parses = (name: string, value: unknown, schema: { safeParse: (value: unknown) => unknown }): Reader => ({
  name: `queue: ${name}`,
  files: { message: JSON.stringify(value, undefined, 1) },
  read({ message }) {
    let data: unknown;
    try {
      data = JSON.parse(message);
    } catch (error) {
      if (error instanceof SyntaxError) throw new InputError(error.message);
      throw error;
    }
    schema.safeParse(data);
  },
});

export const readers: readonly Reader[] = [
  { name: 'scenario', files: { text: good.SCENARIO }, read: ({ text }) => loads(text) },
  {
    name: 'manifests',
    files: { text: good.MANIFESTS },
    read: ({ text }) => loads(`${good.PLAIN}---\n${text}`),
  },
  {
    name: 'files beside a scenario',
    files: good.BESIDE,
    read: (files) => loads(good.NAMES_FILES, new Map(Object.entries(files))),
  },
  importer('cluster', {}, { 'dump.yaml': good.DUMP }),
  importer('prometheus', {}, { 'range.json': good.PROMETHEUS }),
  importer('autoscaler', {}, { 'range.json': good.AUTOSCALER }),
  importer('autoscaler', {}, { 'seen.csv': good.AUTOSCALER_CSV }),
  importer('access-log', {}, { 'access.log': good.ACCESS_LOG }),
  importer('k6', {}, { 'load.js': good.K6 }),
  importer('jaeger', {}, { 'edges.csv': good.JAEGER_CSV }),
  importer('jaeger', {}, { 'traces.json': good.JAEGER_JSON }),
  importer('otlp', {}, { 'spans.json': good.OTLP }),
  importer('mubench', {}, { 'model.json': good.MUBENCH }),
  importer('alibaba', {}, { 'graph.csv': good.ALIBABA }),
  importer('openb', {}, { 'nodes.csv': good.OPENB_NODES, 'pods.csv': good.OPENB_PODS }),
  importer('azure-functions', {}, { 'd01.csv': good.AZURE_FUNCTIONS, 'times.csv': good.AZURE_DURATIONS }),
  importer('azure-vm', {}, { 'vms.csv': good.AZURE_VM }),
  importer('borg', {}, { 'events.jsonl': good.BORG }),
  importer('philly', {}, { 'jobs.json': good.PHILLY }),
  importer('alibaba-2018', {}, { 'batch_task.csv': good.ALIBABA_TASKS, 'container_meta.csv': good.ALIBABA_CONTAINERS }),
  importer('swf', {}, { 'log.swf': good.SWF }),
  {
    name: 'calibrate --measured',
    files: good.MEASURED,
    read: (files) => readMeasured(Object.keys(files), sourcesWithPlaces(files)),
  },
  parses('plan', good.QUEUE_PLAN, planSchema),
  parses('batch', good.QUEUE_BATCH, batchSchema),
  parses('answers', good.QUEUE_ANSWERS, answersSchema),
  parses('worker', good.QUEUE_WORKER, workerSchema),
  parses('sweep', good.QUEUE_SWEEP, sweepSchema),
];
