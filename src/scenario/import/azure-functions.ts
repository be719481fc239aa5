// Functions of Azure, July 2019 (Azure/AzurePublicDataset): invocations per minute of a day, and percentiles of how long they ran.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { counted } from '../../lib/plural.ts';
import { flow } from './flow.ts';
import type { Imported, Importer, ImportSources, SourceLine } from './importer.ts';
import { numberAt } from './pod-trace.ts';
import { Sample } from './sample.ts';
import { serviceObjects } from './service-objects.ts';

/** HashOwner, HashApp, HashFunction, Trigger, then a count for each minute. */
const MINUTES = 1440;
const BEFORE = 4;
const INVOCATIONS = /^HashOwner,HashApp,HashFunction,Trigger,1,/;
const DURATIONS = /^HashOwner,HashApp,HashFunction,Average,Count,/;
const MEDIAN = 'percentile_Average_50';
const HIGH = 'percentile_Average_99';
/** Of the standard normal distribution: its 99th percentile. */
const Z_99 = 2.326_347_874_040_8;
const START_S = 30;
const CONCURRENCY = 16;
const BUSY = 0.5;
/** Of a function of which no duration is known, ms: half of all functions take less on average (Shahrad et al., USENIX ATC 2020, figure 7). */
const UNKNOWN_MS = 1000;

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('azure-functions'),
  pods: z.number().int().positive().max(1000).default(20),
  speed: z.number().positive().default(1),
});

interface AzureFunction {
  readonly id: string;
  /** Invocations of each minute, day by day. */
  readonly perMinute: number[];
  medianMs: number | undefined;
  highMs: number | undefined;
}

export const azureFunctions: Importer = member({
  name: 'azure-functions',
  summary:
    'Functions of Azure, 2019: invocations_per_function_md.anon.d….csv of one day or several, in their order, then function_durations_percentiles.anon.d….csv; --pods is how many functions, chosen by a hash.',
  args,
  create({ name, pods, speed }, sources: ImportSources): Imported {
    const sample = new Sample<AzureFunction>(pods);
    let days = 0;
    for (const file of sources.files) days += readFile(file, sources.lines(file), sample, days);
    const functions = sample.values().filter(({ perMinute }) => perMinute.some((count) => count > 0));
    if (functions.length === 0) {
      throw new InputError({
        file: sources.files[0] ?? '',
        message: 'has no function that was invoked; files with invocations come before those with durations',
      });
    }
    const made = functions.map((one, at) => functionOf(one, `f${at + 1}`, speed));
    const unknown = functions.filter(({ medianMs }) => medianMs === undefined).length;
    const invocations = functions.reduce((sum, { perMinute }) => sum + total(perMinute), 0);
    const notes = [
      `found: ${counted(functions.length, 'function')}, chosen by a hash of their names, with ${counted(invocations, 'invocation')} in ${counted(days, 'day')}`,
      'assumed: invocations of a minute come at random times in it; a function runs as a lognormal distribution with its median and 99th percentile',
      `assumed: pods serve ${CONCURRENCY} invocations at a time, enough of them for the busiest minute; instances that are started for an invocation are not simulated`,
      ...(unknown === 0
        ? []
        : [`assumed: ${counted(unknown, 'function')} of which no duration is known run ${UNKNOWN_MS} ms`]),
    ];
    const lengthS = (days * MINUTES * 60) / speed;
    const replicas = made.reduce((sum, one) => sum + one.replicas, 0);
    const lines = [
      `# How do ${made.length} functions of Azure do, as they were invoked in ${counted(days, 'day')}?`,
      '#',
      ...notes.map((note) => `# Imported: ${note}.`),
      'apiVersion: wavetank/v1',
      'kind: Scenario',
      `metadata: { name: ${name} }`,
      'spec:',
      `  duration: ${Math.ceil(lengthS) + START_S}s`,
      `  warmup: ${START_S}s`,
      `  interval: ${Math.max(1, Math.ceil(lengthS / 500))}s`,
      `  cluster: { nodePools: [{ name: node, count: ${2 + Math.ceil(replicas / 8)} }] }`,
      '  behaviors:',
      ...made.map(({ behavior }) => `    - ${flow(behavior)}`),
      '  traffic:',
      ...made.map(({ source }) => `    - ${flow(source)}`),
      ...made.flatMap((one) => serviceObjects(one.name, one.replicas)),
    ];
    return { scenario: `${lines.join('\n')}\n`, files: made.map(({ file }) => file), notes };
  },
});

/** Whether it has a day of invocations (1) or durations (0). Throws an InputError for another header, and at a wrong line. */
function readFile(file: string, lines: Iterable<SourceLine>, sample: Sample<AzureFunction>, day: number): 0 | 1 {
  let columns: readonly string[] = [];
  let invocations = false;
  for (const one of lines) {
    if (one.text === '') continue;
    const fields = one.text.split(',');
    if (columns.length === 0) {
      columns = fields;
      invocations = INVOCATIONS.test(one.text);
      if (!invocations && !DURATIONS.test(one.text)) {
        const message = `expected the header of invocations (HashOwner,HashApp,HashFunction,Trigger,1,…) or of durations (HashOwner,HashApp,HashFunction,Average,Count,…), got "${one.text.slice(0, 80)}"`;
        throw new InputError({ file, line: one.line, message });
      }
      continue;
    }
    if (fields.length !== columns.length) {
      const message = `expected ${columns.length} fields, got ${fields.length}`;
      throw new InputError({ file, line: one.line, message });
    }
    const id = fields.slice(0, 3).join('/');
    if (invocations) takeDay(file, one, id, fields, sample, day);
    else {
      const known = sample.get(id);
      if (known === undefined) continue;
      known.medianMs = numberAt(file, one, MEDIAN, fields[columns.indexOf(MEDIAN)]);
      known.highMs = numberAt(file, one, HIGH, fields[columns.indexOf(HIGH)]);
    }
  }
  if (columns.length === 0) throw new InputError({ file, message: 'is empty, expected a header' });
  return invocations ? 1 : 0;
}

function takeDay(
  file: string,
  line: SourceLine,
  id: string,
  fields: readonly string[],
  sample: Sample<AzureFunction>,
  day: number,
): void {
  const minutes = fields.length - BEFORE;
  if (minutes !== MINUTES) {
    throw new InputError({ file, line: line.line, message: `expected ${MINUTES} minutes, got ${minutes}` });
  }
  if (sample.get(id) === undefined) sample.add(id, { id, perMinute: [], medianMs: undefined, highMs: undefined });
  const known = sample.get(id);
  // Only those that are chosen are read: the counts of a row take most of the time.
  if (known === undefined) return;
  for (let minute = known.perMinute.length; minute < day * MINUTES; minute += 1) known.perMinute.push(0);
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const count = numberAt(file, line, `minute ${minute + 1}`, fields[BEFORE + minute]);
    if (count < 0)
      throw new InputError({ file, line: line.line, message: `minute ${minute + 1}: ${count} invocations` });
    // The same function twice in a day has two triggers.
    const at = day * MINUTES + minute;
    known.perMinute[at] = (known.perMinute[at] ?? 0) + count;
  }
}

function functionOf({ perMinute, medianMs = UNKNOWN_MS, highMs }: AzureFunction, name: string, speed: number) {
  const medianUs = Math.max(1, Math.round(medianMs * 1000));
  const sigma = highMs === undefined || !(highMs * 1000 > medianUs) ? 0 : Math.log((highMs * 1000) / medianUs) / Z_99;
  const service =
    sigma === 0 ? `${medianUs}us` : { lognormal: { median: `${medianUs}us`, sigma: Number(sigma.toPrecision(4)) } };
  const meanS = (medianUs / 1e6) * Math.exp(sigma ** 2 / 2);
  const most = perMinute.reduce((peak, count) => Math.max(peak, count), 0);
  const replicas = Math.max(1, Math.ceil(((most / 60) * speed * meanS) / (CONCURRENCY * BUSY)));
  const rows = perMinute.map((count, minute) => `${minute * 60},${Number((count / 60).toPrecision(6))}\n`);
  const rates = { file: `${name}.csv`, time: 'time_seconds', rate: 'rate_per_second' };
  return {
    name,
    replicas,
    behavior: { image: `example/${name}`, requests: { service, concurrency: CONCURRENCY } },
    source: { name, to: name, arrivals: { replay: { rates, at: `${START_S}s`, speed } }, timeout: '300s' },
    file: { name: `${name}.csv`, text: `time_seconds,rate_per_second\n${rows.join('')}` },
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
