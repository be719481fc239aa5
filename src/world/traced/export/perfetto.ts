// Traces in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: a process for each request, spans that overlap on tracks of their own.
import type { TraceSpan } from './trace-span.ts';

export interface PerfettoTrace {
  /** What its process is called. */
  readonly title: string;
  readonly root: TraceSpan;
}

export function perfetto(traces: readonly PerfettoTrace[]): object {
  const traceEvents: object[] = [];
  for (const [at, { title, root }] of traces.entries()) {
    const pid = at + 1;
    traceEvents.push({ ph: 'M', name: 'process_name', pid, tid: 0, args: { name: title } });
    traceEvents.push({ ph: 'M', name: 'process_sort_index', pid, tid: 0, args: { sort_index: at } });
    for (const { span, track } of onTracks(root)) {
      traceEvents.push({
        ph: 'X',
        name: span.name,
        cat: span.kind,
        ts: span.startUs,
        dur: span.endUs - span.startUs,
        pid,
        tid: track,
        args: {
          ...span.place.attributes,
          ...span.attributes,
          ...(span.error === undefined ? {} : { 'error.type': span.error }),
        },
      });
    }
  }
  return { displayTimeUnit: 'ms', traceEvents };
}

/**
 * Spans of a track must lie within each other or apart. A span goes to the track of its parent if it lies within it and behind its
 * siblings there; else to the first track that is free for as long as it and all within it last.
 */
function onTracks(root: TraceSpan): { readonly span: TraceSpan; readonly track: number }[] {
  const placed: { span: TraceSpan; track: number }[] = [];
  const freeFromUs: number[] = [];
  const put = (span: TraceSpan, track: number): void => {
    placed.push({ span, track });
    let behindUs = span.startUs;
    for (const child of span.children.toSorted((a, b) => a.startUs - b.startUs)) {
      const lastUs = lastOf(child);
      if (child.startUs >= behindUs && lastUs <= span.endUs) {
        behindUs = lastUs;
        put(child, track);
        continue;
      }
      let other = freeFromUs.findIndex((us) => us <= child.startUs);
      if (other === -1) other = freeFromUs.push(0) - 1;
      freeFromUs[other] = lastUs;
      put(child, other + 2);
    }
  };
  put(root, 1);
  return placed;
}

/** The end of a span, or of what lies in it and lasts longer. */
function lastOf({ endUs, children }: TraceSpan): number {
  return Math.max(endUs, ...children.map(lastOf));
}
