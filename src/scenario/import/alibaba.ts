// Calls between microservices as Alibaba published them, as a scenario.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { callGraphArgs, scenarioOf } from './call-graph.ts';
import type { Importer, ImportSources } from './importer.ts';
import { graphOf, type Span } from './spans.ts';
import { readTable, type TraceTable } from './table.ts';

const COLUMNS = ['traceid', 'timestamp', 'rpcid', 'um', 'dm', 'rt'] as const;
const UNKNOWN = new Set(['', '(?)', 'UNKNOWN', 'nan', 'NAN']);

/** A call is recorded by both sides, the second time with a negative time: it counts once. Times are in ms. */
function spansOf(table: TraceTable): Span[] {
  const spans = new Map<string, Span>();
  const rows = [...table.rows].sort((a, b) => depthOf(a.cells['rpcid']) - depthOf(b.cells['rpcid']));
  for (const { cells, line } of rows) {
    const { traceid = '', rpcid = '', dm = '', timestamp = '', rt = '' } = cells;
    const key = `${traceid} ${rpcid}`;
    if (UNKNOWN.has(dm) || spans.has(key)) continue;
    const startUs = Number(timestamp) * 1000;
    const tookUs = Math.abs(Number(rt)) * 1000;
    if (!Number.isFinite(startUs) || !Number.isFinite(tookUs) || timestamp === '' || rt === '') {
      const message = `expected times in ms, got ${JSON.stringify(timestamp)} and ${JSON.stringify(rt)}`;
      throw new InputError({ file: table.file, line, message });
    }
    const parent = spans.get(`${traceid} ${rpcid.split('.').slice(0, -1).join('.')}`);
    // A service that calls itself goes on with the same request.
    if (parent?.service === dm) spans.set(key, parent);
    else spans.set(key, { service: dm, parent, startUs, endUs: startUs + tookUs });
  }
  return [...new Set(spans.values())];
}

function depthOf(rpcid = ''): number {
  return rpcid.split('.').length;
}

export const alibaba: Importer = member({
  name: 'alibaba',
  summary:
    'Calls of alibaba/clusterdata, cluster-trace-microservices: a CSV file with traceid, timestamp, rpcid, um, dm and rt.',
  args: callGraphArgs,
  create({ name = 'call-graph', rate }, sources: ImportSources): string {
    const { files } = sources;
    if (files.length !== 1) throw new InputError(`alibaba takes one file of calls; ${files.length} were given`);
    const table = readTable(sources.read(files[0]), COLUMNS);
    const spans = spansOf(table);
    const roots = spans.filter(({ parent }) => parent === undefined).map(({ service }) => service);
    const counts = new Map<string, number>();
    for (const root of roots) counts.set(root, (counts.get(root) ?? 0) + 1);
    const [entry] = [...counts].sort(([, a], [, b]) => b - a).map(([service]) => service);
    if (entry === undefined)
      throw new InputError({ file: table.file, message: 'has no call to a service that is known' });
    return scenarioOf(graphOf(spans, entry), name, rate, files[0].split('/').at(-1) ?? files[0]);
  },
});
