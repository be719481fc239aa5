// Spans of traces as tracing systems write them → requests of services and the calls between them.
import { InputError } from '../../lib/errors.ts';
import type { Imported } from './importer.ts';
import { scenarioOf } from './call-graph.ts';
import { Sample } from './sample.ts';
import { graphOf, type Span } from './spans.ts';

/** A span as it was written. */
export interface SpanRecord {
  readonly id: string;
  /** Empty for the first one of a trace. */
  readonly parent: string;
  readonly service: string;
  readonly startUs: number;
  readonly endUs: number;
}

/** More traces say nothing more of means. */
const MOST_TRACES = 2000;
/** A trace that never ends would fill the memory. */
const MOST_SPANS = 20_000;

/** Traces are chosen by a hash of their ids: spans of one may be anywhere in the files. */
export class Traces {
  readonly #sample = new Sample<Map<string, SpanRecord>>(MOST_TRACES);
  #spans = 0;

  /** A span counts as it was first written. */
  add(trace: string, span: SpanRecord): void {
    this.#spans += 1;
    let spans = this.#sample.get(trace);
    if (spans === undefined) {
      // One that is not chosen, by its hash, never is.
      this.#sample.add(trace, new Map());
      spans = this.#sample.get(trace);
      if (spans === undefined) return;
    }
    if (spans.size < MOST_SPANS && !spans.has(span.id)) spans.set(span.id, span);
  }

  /** Throws an InputError where there are none, or services call each other in a circle. */
  scenario(name: string, rate: string, files: readonly string[]): Imported {
    const traces = this.#sample.values();
    if (traces.length === 0) throw new InputError({ file: files[0] ?? '', message: 'has no spans' });
    const spans = traces.flatMap(requestsOf);
    const graph = graphOf(spans, entryOf(spans));
    const from = files.map((file) => file.split('/').at(-1) ?? file).join(', ');
    return {
      scenario: scenarioOf(graph, name, rate, from),
      notes: [
        `found: ${this.#spans} spans; ${traces.length} traces of ${graph.services.length} services were taken${traces.length < MOST_TRACES ? '' : ', chosen by a hash of their ids'}`,
        `assumed: requests come to ${graph.entry}, where most traces begin, at ${rate}: traces are sampled, and do not say how many there were`,
      ],
    };
  }
}

/** Spans of a service that follow from each other are one request of it, as long as the first: only those of another service are calls. */
function requestsOf(records: ReadonlyMap<string, SpanRecord>): Span[] {
  const requests = new Map<string, Span>();
  const requestOf = (record: SpanRecord): Span => {
    const known = requests.get(record.id);
    if (known !== undefined) return known;
    // Parents from the span on, up to one that is known: no recursion, whatever the depth, and no circle.
    const path: SpanRecord[] = [];
    const onPath = new Set<string>();
    let above: Span | undefined;
    for (let one: SpanRecord | undefined = record; one !== undefined && !onPath.has(one.id); ) {
      above = requests.get(one.id);
      if (above !== undefined) break;
      path.push(one);
      onPath.add(one.id);
      one = records.get(one.parent);
    }
    for (const { id, service, startUs, endUs } of path.toReversed()) {
      if (above?.service !== service) above = { service, parent: above, startUs, endUs };
      requests.set(id, above);
    }
    return requests.get(record.id) as Span;
  };
  for (const record of records.values()) requestOf(record);
  return [...new Set(requests.values())];
}

/** The service in which most traces begin. */
function entryOf(spans: readonly Span[]): string {
  const counts = new Map<string, number>();
  for (const { parent, service } of spans)
    if (parent === undefined) counts.set(service, (counts.get(service) ?? 0) + 1);
  return [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))[0];
}
