// The files of kept requests: for OpenTelemetry and for Perfetto.
import { mix } from '../../../model/names.ts';
import type { CallSpan } from '../../../traffic/traces/spans.ts';
import type { World } from '../../build.ts';
import { otlp } from './otlp.ts';
import { perfetto } from './perfetto.ts';
import { Places } from './places.ts';
import { spanOfCall } from './trace-span.ts';

export interface TraceFile {
  readonly file: string;
  readonly text: string;
}

/** None where no requests are kept. */
export function traceFiles(
  { state, traffic }: World,
  { seed, startSeconds, version }: { readonly seed: number; readonly startSeconds: number; readonly version: string },
): TraceFile[] {
  const kept = traffic.tracing?.tracer.keeper.kept() ?? [];
  if (kept.length === 0) return [];
  const places = new Places(state, traffic);
  const sources = traffic.sources.map((_, source) => places.ofSource(source));
  const traces = kept.map((request) => {
    const root = spanOfCall(request, sources[request.source], places);
    const { name } = traffic.sources[request.source];
    const id = traceId(seed, request);
    const ms = Number(((root.endUs - root.startUs) / 1e3).toPrecision(4));
    return {
      id,
      root,
      title: `${name} ${request.ordinal + 1}: ${ms} ms${root.error === undefined ? '' : `, ${root.error}`}`,
    };
  });
  return [
    { file: 'traces.otlp.json', text: `${JSON.stringify(otlp(traces, startSeconds, version))}\n` },
    { file: 'traces.perfetto.json', text: `${JSON.stringify(perfetto(traces))}\n` },
  ];
}

/** A function of the seed and of which request it is, and when: the same request of another run of the seed has the same. */
function traceId(seed: number, { source, ordinal, startUs }: CallSpan): string {
  const word = (number: number): string => (number >>> 0).toString(16).padStart(8, '0');
  return word(mix(seed, source, ordinal)) + word(mix(seed ^ 1, ordinal, startUs)) + word(source) + word(ordinal + 1);
}
