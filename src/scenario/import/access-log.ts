// Access logs as requests at the rate that was recorded, and a service that takes as long.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { counted } from '../../lib/plural.ts';
import { Counts, LogMoments } from './counts.ts';
import { flow } from './flow.ts';
import type { Imported, Importer, ImportSources } from './importer.ts';
import { parseLogLine } from './log-line.ts';
import { serviceObjects } from './service-objects.ts';

/** A file with more lines that are none is no access log. */
const MOST_ODD = 0.05;
/** Requests that a pod serves at a time, as images do of which nothing is said; half of them are busy at the peak. */
const CONCURRENCY = 16;
const BUSY = 0.5;
const START_S = 30;

const args = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'expected a name of lower-case letters, digits and "-"')
    .default('access-log'),
  speed: z.number().positive().default(1),
});

export const accessLog: Importer = member({
  name: 'access-log',
  summary:
    'Access logs in the common or combined format, or as JSON, a request a line: the rate as recorded, and how long requests took where the log says so.',
  args,
  create({ name, speed }, sources: ImportSources): Imported {
    const counts = new Counts();
    const took = new LogMoments();
    let errors = 0;
    let judged = 0;
    let odd = 0;
    let firstOdd: InputError | undefined;
    for (const file of sources.files) {
      for (const { line, text } of sources.lines(file)) {
        // Some logs begin with lines about themselves.
        if (text.trim() === '' || text.startsWith('#')) continue;
        const request = parseLogLine(text);
        if (request === undefined) {
          odd += 1;
          firstOdd ??= new InputError({
            file,
            line,
            message: 'is no line of an access log (common, combined, or JSON with a time)',
          });
          continue;
        }
        counts.add(request.atS);
        if (request.tookS !== undefined) took.add(request.tookS);
        if (request.status !== undefined) judged += 1;
        if (request.status !== undefined && request.status >= 500) errors += 1;
      }
    }
    if (firstOdd !== undefined && odd > MOST_ODD * (counts.total + odd)) throw firstOdd;
    if (counts.total === 0) throw new InputError({ file: sources.files[0] ?? '', message: 'has no requests' });
    if (counts.tooLong) {
      const message = 'has requests more than 50 years apart: is the clock of some of them wrong?';
      throw new InputError({ file: sources.files[0] ?? '', message });
    }
    const rates = [...counts.rates()];
    const peak = rates.reduce((most, { perSecond }) => Math.max(most, perSecond), 0);
    const lengthS = (rates.length * counts.widthS) / speed;
    const errorRate = judged === 0 ? 0 : Number((errors / judged).toPrecision(3));
    const known = took.count > 0;
    const service = known ? distributionOf(took) : undefined;
    const meanS = known ? took.mean : 0.005;
    const replicas = Math.max(2, Math.ceil((peak * meanS) / (CONCURRENCY * BUSY)));
    const requests = {
      ...(service === undefined ? {} : { service }),
      concurrency: CONCURRENCY,
      ...(errorRate === 0 ? {} : { errorRate }),
    };
    const notes = [
      `found: ${counted(counts.total, 'request')} in ${rates.length} intervals of ${counts.widthS} s; at most ${peak.toPrecision(3)} a second`,
      known
        ? `requests took ${(took.mean * 1e3).toPrecision(3)} ms on average: a lognormal distribution with the same mean and deviation of logarithms`
        : 'assumed: the log does not say how long requests took; they take 5 ms',
      `assumed: ${replicas} pods that serve ${CONCURRENCY} requests at a time each; what a request waits for is part of the time that it took`,
      ...(errorRate === 0 ? [] : [`answers from 500 on: ${errors} of ${judged}, by chance`]),
      ...(odd === 0
        ? []
        : [`left out: ${counted(odd, 'line')} that are no requests, the first: ${firstOdd?.message ?? ''}`]),
    ];
    const lines = [
      `# How does a service do under the requests of ${sources.files.join(', ')}?`,
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
      `    - ${flow({ image: `example/${name}`, requests })}`,
      '  traffic:',
      `    - { name: recorded, to: ${name}, arrivals: { replay: { rates: { file: rates.csv, time: time_seconds, rate: rate_per_second }, at: ${START_S}s, speed: ${speed} } }, timeout: 30s }`,
      ...serviceObjects(name, replicas),
    ];
    return { scenario: `${lines.join('\n')}\n`, files: [{ name: 'rates.csv', text: rows(rates) }], notes };
  },
});

function rows(rates: readonly { readonly atS: number; readonly perSecond: number }[]): string {
  const body = rates.map(({ atS, perSecond }) => `${atS},${Number(perSecond.toPrecision(6))}\n`);
  return `time_seconds,rate_per_second\n${body.join('')}`;
}

function distributionOf(took: LogMoments): object | string {
  const median = `${Math.max(1, Math.round(took.median * 1e6))}us`;
  return took.sigma === 0 ? median : { lognormal: { median, sigma: Number(took.sigma.toPrecision(4)) } };
}
