// Fires faults at their times, at random or by plan, and brings machines back when no fault holds them.
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import type { Random } from '../engine/random.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { ControlPlaneProcesses, ExternalSystems, Machinery, SpotMarket } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import { ClusterReader } from './cluster-reader.ts';
import type { Fault, FaultContext, Held, Outage, Outages } from './fault.ts';
import { faults } from './models/index.ts';
import type { NodeRow } from '../model/rows.ts';

/** One use of a fault model. */
export interface FaultUse {
  readonly name: string;
  readonly args: unknown;
}

export interface RandomFaultUse {
  readonly fault: FaultUse;
  /** Time to the first, and between one and the next. */
  readonly every: DistributionSpec;
  readonly fromUs: number;
  readonly untilUs: number;
}

interface Holders {
  readonly incarnation: number;
  readonly count: number;
}

type Externals = Pick<ExternalSystems, 'hosts' | 'takeDown' | 'bringBack'>;

const NO_EXTERNALS: Externals = {
  hosts: [],
  takeDown: () => undefined,
  bringBack: () => undefined,
};

const NO_SPOT: SpotMarket = { pools: [], running: () => [], reclaim: () => undefined };

const NO_PROCESSES: ControlPlaneProcesses = {
  list: [],
  find: () => undefined,
  signal: () => undefined,
  hold: () => undefined,
  letGo: () => undefined,
};

export class FaultInjector implements Outages {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #machinery: Machinery;
  readonly #externals: Externals;
  readonly #spot: SpotMarket;
  readonly #processes: ControlPlaneProcesses;
  readonly #knows: FaultContext['knows'];
  readonly #family: typeof faults;
  readonly #random: Random;
  readonly #samplers = new Samplers();
  readonly #lengths = new Map<DistributionSpec, number>();
  readonly #firings: (() => void)[] = [];
  readonly #ends: (() => void)[] = [];
  readonly #alarms: ((value: number) => void)[] = [];
  readonly #joins: ((node: NodeRow) => void)[] = [];
  readonly #onFire: number;
  readonly #onEnd: number;
  readonly #onAlarm: number;
  /** By node: how many faults hold its machine down, and its kubelet. Those of an earlier machine of its name do not count. */
  readonly #holders: Readonly<Record<Held, Map<NodeRow, Holders>>> = { machine: new Map(), kubelet: new Map() };
  /** Faults that have fired, and those that are over. */
  started = 0;
  ended = 0;

  /** `knows` tells whether the input has an object, by kind, namespace and name. */
  constructor(
    engine: Engine,
    state: ClusterState,
    machinery: Machinery,
    knows: FaultContext['knows'],
    family = faults,
    externals: Externals = NO_EXTERNALS,
    spot: SpotMarket = NO_SPOT,
    processes: ControlPlaneProcesses = NO_PROCESSES,
  ) {
    this.#spot = spot;
    this.#processes = processes;
    this.#externals = externals;
    this.#engine = engine;
    this.#state = state;
    this.#machinery = machinery;
    this.#knows = knows;
    this.#family = family;
    this.#random = engine.stream('faults');
    this.#onFire = engine.kind('fault.fire', (index) => this.#firings[index]());
    this.#onEnd = engine.kind('fault.end', (index) => this.#ends[index]());
    this.#onAlarm = engine.kind('fault.alarm', (index, value) => this.#alarms[index](value));
  }

  /** A node has come. */
  nodeJoined(node: NodeRow): void {
    for (const handler of this.#joins) handler(node);
  }

  /** A fault at a time. Throws an InputError when its arguments name what does not exist. */
  at(timeUs: number, use: FaultUse): void {
    const fault = this.#create(use);
    this.#engine.at(timeUs, this.#onFire, this.#firings.push(() => fault.fire()) - 1, 0);
  }

  /** A fault that fires at random, from `fromUs` until `untilUs`. */
  atRandom({ fault: use, every, fromUs, untilUs }: RandomFaultUse): void {
    const fault = this.#create(use);
    const gap = this.#samplers.add(every);
    const next = (fromTime: number): void => {
      const at = fromTime + Math.max(1, Math.round(this.#samplers.draw(gap, this.#random)));
      if (at < untilUs) this.#engine.at(at, this.#onFire, index, 0);
    };
    const index =
      this.#firings.push(() => {
        fault.fire();
        next(this.#engine.now);
      }) - 1;
    next(fromUs);
  }

  hold(nodes: readonly NodeRow[], forUs: number | undefined, what: string, held: Held = 'machine'): void {
    this.#announce('FaultStarted', 'Warning', `outage of ${what}`);
    this.started += 1;
    for (const node of nodes) if (this.#holdersOf(held, node, 1) === 1) this.#takeDown(held, node);
    if (forUs === undefined) return;
    this.#engine.after(forUs, this.#onEnd, this.#ends.push(() => this.release(nodes, what, held)) - 1, 0);
  }

  release(nodes: readonly NodeRow[], what: string, held: Held = 'machine'): void {
    this.#announce('FaultEnded', 'Normal', `outage of ${what} is over`);
    this.ended += 1;
    for (const node of nodes) if (this.#holdersOf(held, node, -1) === 0) this.#bringBack(held, node);
  }

  holdExternal(host: string, forUs: number | undefined, refuses: boolean): void {
    const begin = (): void => this.#externals.takeDown(host, refuses);
    const end = (): void => this.#externals.bringBack(host);
    this.begin({ what: host, begin, end }, forUs);
  }

  begin(outage: Outage, forUs: number | undefined): void {
    const { what } = outage;
    this.#announce('FaultStarted', 'Warning', `outage of ${what}`);
    this.started += 1;
    outage.begin();
    if (forUs === undefined) return;
    const over = (): void => {
      this.#announce('FaultEnded', 'Normal', `outage of ${what} is over`);
      this.ended += 1;
      outage.end();
    };
    this.#engine.after(forUs, this.#onEnd, this.#ends.push(over) - 1, 0);
  }

  /** One holder more or less; gives how many there are now. */
  #holdersOf(held: Held, node: NodeRow, change: 1 | -1): number {
    const incarnation = this.#state.nodes.incarnation[node];
    const known = this.#holders[held].get(node);
    const before = known?.incarnation === incarnation ? known.count : 0;
    const count = Math.max(0, before + change);
    this.#holders[held].set(node, { incarnation, count });
    return count;
  }

  #takeDown(held: Held, node: NodeRow): void {
    if (held === 'machine') this.#machinery.crashNode(node);
    else this.#machinery.stopKubelet(node);
  }

  #bringBack(held: Held, node: NodeRow): void {
    if (held === 'machine') this.#machinery.recoverNode(node);
    else this.#machinery.startKubelet(node);
  }

  #create(use: FaultUse): Fault {
    const context: FaultContext = {
      state: this.#state,
      cluster: new ClusterReader(this.#state),
      nowUs: () => this.#engine.now,
      machinery: this.#machinery,
      outages: this,
      hosts: this.#externals.hosts,
      spot: this.#spot,
      processes: this.#processes,
      random: this.#random,
      knows: this.#knows,
      alarm: (handler) => {
        const index = this.#alarms.push(handler) - 1;
        return (delayUs, value) => this.#engine.after(delayUs, this.#onAlarm, index, value);
      },
      onJoin: (handler) => {
        this.#joins.push(handler);
      },
      draw: (spec) => Math.round(this.#samplers.draw(this.#length(spec), this.#random)),
      announce: (message) => {
        this.#announce('FaultFired', 'Warning', message);
        this.started += 1;
        this.ended += 1;
      },
    };
    return this.#family.create(use.name, use.args, context);
  }

  /** The sampler of a length that is drawn again and again. */
  #length(spec: DistributionSpec): number {
    let id = this.#lengths.get(spec);
    if (id === undefined) {
      id = this.#samplers.add(spec);
      this.#lengths.set(spec, id);
    }
    return id;
  }

  #announce(reason: string, type: 'Normal' | 'Warning', message: string): void {
    const { events } = this.#state;
    const id = events.messages.id({ source: 'fault', type, reason, message });
    events.addAboutNobody(this.#engine.now, id);
  }
}
