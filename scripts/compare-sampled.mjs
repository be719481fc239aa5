// How far a sampled run is from a full one, service by service: `node scripts/compare-sampled.mjs FULL SAMPLED`, two folders of results of one scenario and seed.
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'csv-parse';

/** Rows of a table as objects. */
const rows = (folder, table) => createReadStream(path.join(folder, `${table}.csv`)).pipe(parse({ columns: true }));

/** Latencies by service since the warm-up. */
async function histograms(folder) {
  const found = new Map();
  for await (const { scope, name, le_seconds: upTo, count } of rows(folder, 'histograms')) {
    if (scope !== 'service') continue;
    if (!found.has(name)) found.set(name, []);
    found.get(name).push([Number(upTo), Number(count)]);
  }
  return found;
}

/** By service since the warm-up: requests, those that failed, and the mean latency of the others. */
async function services(folder, warmupSeconds) {
  const found = new Map();
  for await (const row of rows(folder, 'services')) {
    if (Number(row.time_seconds) <= warmupSeconds) continue;
    const name = `${row.namespace}/${row.service}`;
    const sums = found.get(name) ?? { requests: 0, errors: 0, well: 0, seconds: 0 };
    found.set(name, sums);
    const well = Number(row.requests) - Number(row.errors);
    sums.requests += Number(row.requests);
    sums.errors += Number(row.errors);
    if (row.request_duration_seconds_mean === '') continue;
    sums.well += well;
    sums.seconds += well * Number(row.request_duration_seconds_mean);
  }
  return found;
}

/** The mean of what each autoscaler wants, since the warm-up. */
async function sizes(folder, warmupSeconds) {
  const found = new Map();
  for await (const { time_seconds: at, namespace, name, desired } of rows(folder, 'autoscalers')) {
    if (Number(at) <= warmupSeconds) continue;
    const one = found.get(`${namespace}/${name}`) ?? { sum: 0, count: 0 };
    found.set(`${namespace}/${name}`, one);
    one.sum += Number(desired);
    one.count += 1;
  }
  return new Map([...found].map(([name, { sum, count }]) => [name, sum / count]));
}

/** CPU of all nodes, by the mean of their rows since the warm-up. */
async function cpu(folder, warmupSeconds) {
  let sum = 0;
  for await (const row of rows(folder, 'nodes'))
    if (Number(row.time_seconds) > warmupSeconds) sum += Number(row.cpu_usage_ratio);
  return sum;
}

function quantile(buckets, q) {
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  for (const [upTo, count] of buckets) {
    seen += count;
    if (seen >= q * total) return upTo;
  }
  return Number.NaN;
}

const [full, sampled] = process.argv.slice(2);
if (sampled === undefined) {
  process.stderr.write('usage: node scripts/compare-sampled.mjs FULL SAMPLED\n');
  process.exit(2);
}
const { warmup_seconds: warmupSeconds } = JSON.parse(await readFile(path.join(full, 'run.json'), 'utf8'));
const [latencies, others] = [await histograms(full), await histograms(sampled)];
const [counts, otherCounts] = [await services(full, warmupSeconds), await services(sampled, warmupSeconds)];
const [wanted, otherWanted] = [await sizes(full, warmupSeconds), await sizes(sampled, warmupSeconds)];

const percent = (ratio) => (100 * ratio).toFixed(2);
const apart = (one, other) => (one === 0 && other === 0 ? 0 : other / one - 1);
const columns = ['requests', 'mean', 'median', 'p99', 'size'];
const differences = new Map(columns.map((column) => [column, []]));
const lines = [];
for (const [name, one] of counts) {
  const other = otherCounts.get(name);
  const [here, there] = [latencies.get(name), others.get(name)];
  if (here === undefined || there === undefined) continue;
  const found = {
    requests: apart(one.requests, other.requests),
    mean: apart(one.seconds / one.well, other.seconds / other.well),
    median: apart(quantile(here, 0.5), quantile(there, 0.5)),
    p99: apart(quantile(here, 0.99), quantile(there, 0.99)),
    size: wanted.has(name) ? apart(wanted.get(name), otherWanted.get(name)) : 0,
  };
  for (const column of columns) differences.get(column).push(Math.abs(found[column]));
  const failed = `${percent(one.errors / one.requests)} and ${percent(other.errors / other.requests)}`;
  lines.push(`| ${name} | ${columns.map((column) => percent(found[column])).join(' | ')} | ${failed} |`);
}
const of = (pick) => columns.map((column) => percent(pick(differences.get(column)))).join(' | ');
const mean = (values) => values.reduce((sum, one) => sum + one, 0) / values.length;
const head = `| service | ${columns.join(' | ')} | failed, % |\n| --- |${' --- |'.repeat(columns.length + 1)}`;
const totals = [
  `| the largest difference | ${of((values) => Math.max(...values))} | |`,
  `| the mean one | ${of(mean)} | |`,
];
process.stdout.write(
  `Sampled by full, apart in percent, since ${warmupSeconds} s.\n\n${[head, ...lines, ...totals].join('\n')}\n\n`,
);
process.stdout.write(
  `CPU of nodes: ${percent(apart(await cpu(full, warmupSeconds), await cpu(sampled, warmupSeconds)))} % apart.\n`,
);
