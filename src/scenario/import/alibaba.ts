// Calls between microservices as Alibaba published them, as a scenario.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { callGraphArgs } from './call-graph.ts';
import type { Imported, Importer, ImportSources } from './importer.ts';
import { rowByRow } from './table.ts';
import { Traces } from './trace-spans.ts';

const COLUMNS = ['traceid', 'timestamp', 'rpcid', 'um', 'dm', 'rt'] as const;
const UNKNOWN = new Set(['', '(?)', 'UNKNOWN', 'nan', 'NAN']);

export const alibaba: Importer = member({
  name: 'alibaba',
  summary:
    'Calls of alibaba/clusterdata, cluster-trace-microservices: CSV files with traceid, timestamp, rpcid, um, dm and rt.',
  args: callGraphArgs,
  create({ name = 'call-graph', rate }, sources: ImportSources): Imported {
    const traces = new Traces();
    for (const file of sources.files) takeCalls(file, sources, traces);
    return traces.scenario(name, rate, sources.files);
  },
});

/** A call is recorded by both sides, the second time with a negative time: it counts once. Times are in ms. `0.1.2` was called by `0.1`. */
function takeCalls(file: string, sources: ImportSources, traces: Traces): void {
  for (const { cells, line } of rowByRow(file, sources.lines, COLUMNS).rows) {
    const { traceid = '', rpcid = '', dm = '', timestamp = '', rt = '' } = cells;
    if (UNKNOWN.has(dm)) continue;
    const startUs = Number(timestamp) * 1000;
    const tookUs = Math.abs(Number(rt)) * 1000;
    if (!Number.isFinite(startUs) || !Number.isFinite(tookUs) || timestamp === '' || rt === '') {
      const message = `expected times in ms, got ${JSON.stringify(timestamp)} and ${JSON.stringify(rt)}`;
      throw new InputError({ file, line, message });
    }
    const parent = rpcid.split('.').slice(0, -1).join('.');
    traces.add(traceid, { id: rpcid, parent, service: dm, startUs, endUs: startUs + tookUs });
  }
}
