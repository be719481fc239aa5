// Jaeger's traces as a scenario: its own JSON, or edges between spans as a table.
import { InputError } from '../../lib/errors.ts';
import { member } from '../../lib/family.ts';
import { callGraphArgs, scenarioOf } from './call-graph.ts';
import type { Imported, Importer, ImportSources } from './importer.ts';
import { jaegerJson } from './jaeger-json.ts';
import { graphOf, type Span } from './spans.ts';
import { readTable, type TraceRow, type TraceTable, wholeCell } from './table.ts';

const COLUMNS = [
  'traceId',
  'startTime',
  'endTime',
  'parentId',
  'childId',
  'childPod',
  'parentPod',
  'parentDuration',
] as const;

/** Spans of a pod that follow from each other are one request of it: only edges to another pod are calls. */
function spansOf(table: TraceTable): { spans: Span[]; entry: string } {
  const rows = new Map<string, TraceRow>();
  for (const row of table.rows) rows.set(`${row.cells['traceId']} ${row.cells['childId']}`, row);
  const spans = new Map<string, Span>();
  /** The request of a pod that a span belongs to. */
  const requestOf = (trace: string, id: string, pod: string, below: TraceRow): Span => {
    const row = rows.get(`${trace} ${id}`);
    const key = `${trace} ${id}`;
    const known = spans.get(key);
    if (known !== undefined) return known;
    let made: Span;
    if (row === undefined) {
      // The first span of the trace is in no row of its own: it begins with its first child, and its length is said.
      const startUs = wholeCell(table, below, 'startTime', 0, 1e18);
      made = { service: pod, parent: undefined, startUs, endUs: startUs + wholeCell(table, below, 'parentDuration') };
    } else {
      const { parentId = '', parentPod = '', childPod = '' } = row.cells;
      const caller = requestOf(trace, parentId, parentPod, row);
      if (caller.service === childPod) {
        spans.set(key, caller);
        return caller;
      }
      const startUs = wholeCell(table, row, 'startTime', 0, 1e18);
      made = { service: childPod, parent: caller, startUs, endUs: wholeCell(table, row, 'endTime', startUs, 1e18) };
    }
    spans.set(key, made);
    return made;
  };
  for (const row of table.rows) {
    const { traceId = '', childId = '', childPod = '' } = row.cells;
    requestOf(traceId, childId, childPod, row);
  }
  const all = [...new Set(spans.values())];
  return { spans: all, entry: all.find(({ parent }) => parent === undefined)?.service ?? '' };
}

export const jaeger: Importer = member({
  name: 'jaeger',
  summary:
    'Traces of Jaeger: files ending in .json as its UI and /api/traces give them, or a CSV file with a row for each edge between spans (traceId, parentId, childId, parentPod, childPod, times in µs).',
  args: callGraphArgs,
  create({ name = 'call-graph', rate }, sources: ImportSources): string | Imported {
    const { files } = sources;
    if (files.length > 0 && files.every((file) => file.endsWith('.json'))) return jaegerJson(name, rate, sources);
    if (files.length !== 1) throw new InputError(`jaeger takes one file of edges; ${files.length} were given`);
    const table = readTable(files[0], sources.lines, COLUMNS);
    const { spans, entry } = spansOf(table);
    return scenarioOf(graphOf(spans, entry), name, rate, files[0].split('/').at(-1) ?? files[0]);
  },
});
