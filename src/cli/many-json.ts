// What `--json` says of many jobs, written job by job: all of it in one text is more than a string can hold of very many.
import { inBaseUnits } from '../world/expectations.ts';
import { measuredAsJson } from './job-json.ts';
import { eventsOf, type Many } from './many.ts';
import { untilAsJson } from './until.ts';

/** Jobs written at a time. */
const CHUNK = 500;

/** One JSON object on standard output, with what the verb adds to it. */
export function printJson(many: Many, more: Readonly<Record<string, unknown>> = {}): void {
  const { interrupted, shard, ends } = many;
  const before = JSON.stringify({
    ...(interrupted === undefined ? {} : { interrupted }),
    ...(shard === undefined ? {} : { shard }),
    jobs: [],
  });
  process.stdout.write(before.slice(0, -2));
  for (let at = 0; at < ends.length; at += CHUNK) {
    const some = ends.slice(at, at + CHUNK).map((end) => JSON.stringify(jobAsJson(end)));
    process.stdout.write(`${at === 0 ? '' : ','}${some.join(',')}`);
  }
  process.stdout.write(`],${JSON.stringify({ ...afterJobs(many), ...more }).slice(1)}\n`);
}

function jobAsJson({ job, result, failure, reproduce }: Many['ends'][number]) {
  return {
    job: job.id,
    seed: job.seed,
    ...(job.axes.length === 0 ? {} : { axes: Object.fromEntries(job.axes.map(({ path, value }) => [path, value])) }),
    ...(result === undefined ? { failure: failure?.message, reproduce } : measuredAsJson(result)),
  };
}

function afterJobs({ cells, ends, wallSeconds, folder, reached }: Many) {
  const expect = cells.flatMap(({ id, verdicts }) =>
    verdicts.map((verdict) => ({
      ...(id === '' ? {} : { cell: id }),
      text: verdict.expectation.text,
      actual: inBaseUnits(verdict),
      pass: verdict.pass,
    })),
  );
  const peakMib = ends.reduce((most, { result }) => Math.max(most, result?.peakRssMib ?? 0), 0);
  return {
    expect,
    ...(reached.length === 0 ? {} : { until: untilAsJson(reached) }),
    events: eventsOf(ends),
    wall_s: Number(wallSeconds.toFixed(3)),
    peak_rss_mib: Math.round(peakMib),
    results: folder,
  };
}
