// What a run that goes on has measured of requests since somebody looked last: intervals that have ended.
import type { Frame, Measured } from '../../page/frame.ts';
import type { World } from '../../world/build.ts';
import type { Strings } from '../../view/strings.ts';

type Loads = { rate: number[]; errors: Measured[]; p50: Measured[]; p99: Measured[]; time: number[] };
const noLoads = (): Loads => ({ time: [], rate: [], errors: [], p50: [], p99: [] });

/** What rows of several tables have in common. */
interface Latencies {
  readonly time_seconds: number;
  readonly request_duration_seconds_p50: number | null;
  readonly request_duration_seconds_p99: number | null;
}

export class LiveRequests {
  readonly #measure: World['measure'];
  readonly #strings: Strings;
  readonly #services = new Map<string, number>();
  readonly #edges = new Map<string, number>();
  /** Rows told. */
  #seriesTold = 0;
  #servicesTold = 0;
  #edgesTold = 0;
  /** Where the interval of services.csv began that was told last, in seconds. */
  #since = 0;
  #last = 0;

  constructor({ measure }: World, strings: Strings) {
    this.#measure = measure;
    this.#strings = strings;
  }

  take(): Pick<Frame, 'series' | 'services' | 'serviceLoads' | 'edges' | 'edgeLoads'> {
    const services = { namespace: [] as number[], name: [] as number[] };
    const rowOf = (namespace: string, name: string): number => {
      const key = `${namespace}/${name}`;
      const known = this.#services.get(key);
      if (known !== undefined) return known;
      services.namespace.push(this.#strings.of(namespace));
      services.name.push(this.#strings.of(name));
      this.#services.set(key, this.#services.size);
      return this.#services.size - 1;
    };
    return { series: this.#series(), serviceLoads: this.#serviceLoads(rowOf), ...this.#edgeLoads(rowOf), services };
  }

  #series(): Frame['series'] {
    const made = noLoads();
    for (const row of this.#measure.series.slice(this.#seriesTold)) {
      push(made, row, row.requests_per_second, row.requests_error_ratio);
    }
    this.#seriesTold = this.#measure.series.length;
    return made;
  }

  #serviceLoads(rowOf: (namespace: string, name: string) => number): Frame['serviceLoads'] {
    const made = { ...noLoads(), service: [] as number[] };
    for (const row of this.#measure.services.slice(this.#servicesTold)) {
      if (row.time_seconds !== this.#last) [this.#since, this.#last] = [this.#last, row.time_seconds];
      const { requests, errors } = row;
      made.service.push(rowOf(row.namespace, row.service));
      push(made, row, requests / (this.#last - this.#since), requests === 0 ? null : errors / requests);
    }
    this.#servicesTold = this.#measure.services.length;
    return made;
  }

  #edgeLoads(rowOf: (namespace: string, name: string) => number): Pick<Frame, 'edges' | 'edgeLoads'> {
    const edges = { source: [] as number[], caller: [] as number[], service: [] as number[] };
    const made = { ...noLoads(), edge: [] as number[] };
    const intervals = this.#measure.traced?.edges.intervals ?? [];
    for (const { row } of intervals.slice(this.#edgesTold)) {
      const { caller_kind: kind, caller_namespace: callerNamespace, caller, namespace, service } = row;
      const key = JSON.stringify([kind, callerNamespace, caller, namespace, service]);
      let edge = this.#edges.get(key);
      if (edge === undefined) {
        edge = this.#edges.size;
        this.#edges.set(key, edge);
        const isService = kind === 'service';
        edges.source.push(this.#strings.of(isService ? '' : kind === 'mirror' ? 'mirrored requests' : caller));
        edges.caller.push(isService ? rowOf(callerNamespace, caller) : -1);
        edges.service.push(rowOf(namespace, service));
      }
      made.edge.push(edge);
      push(made, row, row.calls_per_second, row.error_ratio);
    }
    this.#edgesTold = intervals.length;
    return { edges, edgeLoads: made };
  }
}

function push(made: Loads, row: Latencies, rate: number, errors: number | null): void {
  made.time.push(row.time_seconds);
  made.rate.push(rate);
  made.errors.push(errors);
  made.p50.push(row.request_duration_seconds_p50);
  made.p99.push(row.request_duration_seconds_p99);
}
