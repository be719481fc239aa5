// Calls of traces, added up: how often requests of a service call another one, and how much of their time is their own.
import type { CallGraph, GraphService } from './call-graph.ts';

/** A request of a service, within a trace. */
export interface Span {
  readonly service: string;
  /** The request that called it; undefined for the first one of a trace. */
  readonly parent: Span | undefined;
  readonly startUs: number;
  readonly endUs: number;
}

const CONCURRENCY = 64;
/** Calls overlap where together they take so many times as long as from the first to the last. */
const OVERLAP = 1.3;

/** Services in the order in which they are first seen. */
export function graphOf(spans: readonly Span[], entry: string): CallGraph {
  const children = new Map<Span, Span[]>();
  const byService = new Map<string, Span[]>();
  for (const span of spans) {
    if (span.parent !== undefined) addTo(children, span.parent, span);
    addTo(byService, span.service, span);
  }
  const services = [...byService].map(([name, own]): GraphService => {
    const counts = new Map<string, number>();
    let ownUs = 0;
    let together = 0;
    let covered = 0;
    for (const span of own) {
      const called = children.get(span) ?? [];
      for (const { service } of called) counts.set(service, (counts.get(service) ?? 0) + 1);
      const coveredUs = coverUs(called);
      covered += coveredUs;
      together += called.reduce((sum, { startUs, endUs }) => sum + endUs - startUs, 0);
      ownUs += Math.max(0, span.endUs - span.startUs - coveredUs);
    }
    return {
      name,
      ownUs: ownUs / own.length,
      calls: [...counts].map(([to, count]) => ({ to, ratio: count / own.length })),
      parallel: together > OVERLAP * covered,
      concurrency: CONCURRENCY,
    };
  });
  return { services, entry };
}

function addTo<Key>(lists: Map<Key, Span[]>, key: Key, span: Span): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [span]);
  else list.push(span);
}

/** The time in which at least one of them runs. */
function coverUs(spans: readonly Span[]): number {
  let sum = 0;
  let until = -Infinity;
  for (const { startUs, endUs } of [...spans].sort((a, b) => a.startUs - b.startUs)) {
    sum += Math.max(0, endUs - Math.max(startUs, until));
    until = Math.max(until, endUs);
  }
  return sum;
}
