// Tracing of calls as it is put around the parts of traffic, where a scenario asks for it; without it none of this is made.
import type { Engine } from '../../engine/engine.ts';
import type { Processors } from '../../model/ports/processors.ts';
import type { Tracing } from '../../model/settings/tracing.ts';
import type { ClusterState } from '../../model/state.ts';
import type { CallSites } from '../call-sites.ts';
import type { CallersKind } from '../callers.ts';
import type { CallTable } from '../calls.ts';
import type { RequestWork } from '../request-work.ts';
import type { Servers } from '../servers.ts';
import type { Serving } from '../serving.ts';
import { PodLoads } from './pod-loads.ts';
import { tracedCallers } from './traced-callers.ts';
import { tracedServing } from './traced-serving.ts';
import { Tracer } from './tracer.ts';
import { tracedWork, WatchedProcessors } from './watched-work.ts';

/** What is put around one of the serving containers of each pod. */
export interface TracedPart {
  readonly Work: typeof RequestWork;
  serving(Base: typeof Serving): typeof Serving;
  watch(processors: Processors): Processors;
}

export class TrafficTracing {
  readonly tracer: Tracer;
  /** By number of the container among those that serve. */
  readonly loads: PodLoads[] = [];
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #calls: CallTable;

  constructor(
    engine: Engine,
    state: ClusterState,
    calls: CallTable,
    sites: CallSites,
    settings: Tracing,
    querySite: number,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#calls = calls;
    this.tracer = new Tracer(engine, state, calls, sites, settings, querySite);
  }

  callers(Base: CallersKind): CallersKind {
    return tracedCallers(Base, this.tracer);
  }

  part(servers: Servers, haveBursts: boolean): TracedPart {
    const loads = new PodLoads(this.#state, servers);
    this.loads.push(loads);
    return {
      Work: tracedWork(this.tracer, this.#calls),
      serving: (Base) => tracedServing(Base, this.#engine, this.tracer, loads),
      watch: (processors) => new WatchedProcessors(this.tracer, this.#calls, processors, haveBursts),
    };
  }
}
