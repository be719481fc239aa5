// Fires faults at their times, at random or by plan, and brings machines back when no fault holds them.
import type { Engine } from '../engine/engine.ts';
import { Samplers } from '../engine/distributions.ts';
import { assert } from '../lib/assert.ts';
import { ForeseenRandom } from '../engine/foreseen-random.ts';
import type { DistributionSpec } from '../lib/distribution.ts';
import type { ControlPlaneProcesses } from '../model/ports/control-plane-processes.ts';
import type { ExternalSystems } from '../model/ports/routes.ts';
import type { Machinery, NetworkTroubles } from '../model/ports/troubles.ts';
import type { SpotMarket } from '../model/ports/cloud.ts';
import { type ClusterState, ZONE_LABEL } from '../model/state.ts';
import { ClusterReader } from './cluster-reader.ts';
import type { Fault, FaultContext, FaultOfNodes, Held, Outages, Place, Powers, Strike } from './fault.ts';
import { faults } from './models/index.ts';
import type { NodeRow } from '../model/rows.ts';

/** One use of a fault model. */
export interface FaultUse {
  readonly name: string;
  readonly args: unknown;
  /** How `recover` calls it. Default: its name. */
  readonly label?: string | undefined;
}

/** A fault that has begun and not ended. */
interface Running {
  readonly label: string;
  readonly what: string;
  readonly end: () => void;
}

export interface RandomFaultUse {
  readonly fault: FaultUse;
  /** Time to the first, and between one and the next. */
  readonly every: DistributionSpec;
  readonly fromUs: number;
  readonly untilUs: number;
  /** Each node, or each zone, has a schedule of its own. */
  readonly per?: 'node' | 'zone' | undefined;
}

/** What faults act on. */
export interface Targets {
  readonly machinery: Machinery;
  readonly network: NetworkTroubles;
  readonly externals?: Externals | undefined;
  readonly spot?: SpotMarket | undefined;
  /** Absent where only machines and the network are there to break. */
  readonly powers?: Powers | undefined;
  readonly processes?: ControlPlaneProcesses | undefined;
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
  slowDisk: () => () => undefined,
  expire: () => () => undefined,
  serves: () => true,
};

export class FaultInjector {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #targets: Targets;
  readonly #knows: FaultContext['knows'];
  readonly #family: typeof faults;
  readonly #random: ForeseenRandom;
  readonly #samplers = new Samplers();
  readonly #lengths = new Map<DistributionSpec, number>();
  readonly #firings: (() => void)[] = [];
  /** By number: what runs; those that have ended are gone. */
  readonly #running = new Map<number, Running>();
  readonly #alarms: ((value: number) => void)[] = [];
  readonly #joins: ((node: NodeRow) => void)[] = [];
  readonly #onFire: number;
  readonly #onEnd: number;
  readonly #onAlarm: number;
  /** By node: how many faults hold its machine down, its kubelet, and its way to the API server. Those of an earlier machine of its name do not count. */
  readonly #holders: Readonly<Record<Held, Map<NodeRow, Holders>>> = {
    machine: new Map(),
    kubelet: new Map(),
    contact: new Map(),
  };
  /** Called with each time at which something will happen, as soon as that is known; `strikes` says which nodes it would be now, where it will touch nothing else. */
  heralded: (timeUs: number, strikes?: () => readonly NodeRow[]) => void = () => undefined;
  /** Faults that have fired, and those that are over. */
  started = 0;
  ended = 0;

  /** `knows` tells whether the input has an object, by kind, namespace and name. */
  constructor(engine: Engine, state: ClusterState, targets: Targets, knows: FaultContext['knows'], family = faults) {
    this.#engine = engine;
    this.#state = state;
    this.#targets = targets;
    this.#knows = knows;
    this.#family = family;
    this.#random = new ForeseenRandom(engine.stream('faults'));
    this.#onFire = engine.kind('fault.fire', (index) => this.#firings[index]());
    this.#onEnd = engine.kind('fault.end', (number) => this.#end(number));
    this.#onAlarm = engine.kind('fault.alarm', (index, value) => this.#alarms[index](value));
  }

  /** A node has come. */
  nodeJoined(node: NodeRow): void {
    for (const handler of this.#joins) handler(node);
  }

  /** A fault at a time. Throws an InputError when its arguments name what does not exist. */
  at(timeUs: number, use: FaultUse): void {
    const fault = this.#create(use);
    this.heralded(timeUs, this.#foresight(fault));
    this.#engine.at(timeUs, this.#onFire, this.#firings.push(() => fault.fire()) - 1, 0);
  }

  /** A fault that fires at random, from `fromUs` until `untilUs`. */
  atRandom({ fault: use, every, fromUs, untilUs, per }: RandomFaultUse): void {
    const fault = this.#create(use);
    const gap = this.#samplers.add(every);
    const begin = (place: Place | undefined, isThere: () => boolean, sinceUs: number): void => {
      const next = (fromTime: number): void => {
        const at = fromTime + Math.max(1, Math.round(this.#samplers.draw(gap, this.#random)));
        if (at >= untilUs) return;
        this.heralded(at, this.#foresight(fault, place));
        this.#engine.at(at, this.#onFire, index, 0);
      };
      const index =
        this.#firings.push(() => {
          if (!isThere()) return;
          fault.fire(place);
          next(this.#engine.now);
        }) - 1;
      next(sinceUs);
    };
    if (per === undefined) {
      begin(undefined, () => true, fromUs);
      return;
    }
    const { nodes } = this.#state;
    const zones = new Set<string>();
    const placeOf = (node: NodeRow): void => {
      const { incarnation } = nodes;
      const of = incarnation[node];
      const sinceUs = Math.max(fromUs, this.#engine.now);
      const zone = nodes.spec[node].labels[ZONE_LABEL];
      if (per === 'node') begin({ node }, () => nodes.alive[node] === 1 && incarnation[node] === of, sinceUs);
      else if (zone !== undefined && !zones.has(zone)) {
        zones.add(zone);
        begin({ zone }, () => true, sinceUs);
      }
    };
    for (let node = 0 as NodeRow; node < nodes.length; node = (node + 1) as NodeRow)
      if (nodes.alive[node] === 1) placeOf(node);
    this.#joins.push(placeOf);
  }

  /** What fires a fault whenever somebody says so. Throws an InputError when its arguments name what does not exist. */
  ready(use: FaultUse): () => void {
    const fault = this.#create(use);
    return () => fault.fire();
  }

  /** Ends what runs of the faults of that name now. */
  recover(label: string): void {
    const numbers = [...this.#running].filter(([, one]) => one.label === label).map(([number]) => number);
    for (const number of numbers) this.#end(number);
    if (numbers.length === 0) this.#announce('FaultEnded', 'Normal', `recover ${label}: there is nothing to recover`);
  }

  #foresight(fault: Fault, place?: Place): (() => readonly NodeRow[]) | undefined {
    if (!('strikes' in fault)) return undefined;
    const ofNodes = fault as FaultOfNodes;
    return () => ofNodes.strikes(this.#random.ahead(), place);
  }

  /** Recovers at a time. */
  recoverAt(timeUs: number, label: string): void {
    this.#engine.at(timeUs, this.#onFire, this.#firings.push(() => this.recover(label)) - 1, 0);
  }

  #begin(label: string, strike: Strike, forUs: number | undefined): void {
    this.#announce('FaultStarted', 'Warning', strike.what);
    const number = this.started;
    this.started += 1;
    strike.begin();
    this.#running.set(number, { label, what: strike.what, end: () => strike.end() });
    if (forUs !== undefined) this.#engine.after(forUs, this.#onEnd, number, 0);
  }

  #end(number: number): void {
    const running = this.#running.get(number);
    if (running === undefined) return;
    this.#running.delete(number);
    this.#announce('FaultEnded', 'Normal', `${running.what} is over`);
    this.ended += 1;
    running.end();
  }

  /** What holds nodes or systems outside, for one use of a fault. */
  #outagesOf(label: string): Outages {
    const { externals = NO_EXTERNALS } = this.#targets;
    return {
      hold: (nodes, forUs, what, held = 'machine') => {
        let letGo = (): void => undefined;
        const begin = (): void => {
          letGo = this.#grip(nodes, held);
        };
        this.#begin(label, { what: `outage of ${what}`, begin, end: () => letGo() }, forUs);
      },
      grip: (nodes, held) => this.#grip(nodes, held),
      release: (_nodes, what) => {
        for (const [number, one] of this.#running) {
          if (one.label !== label || one.what !== `outage of ${what}`) continue;
          this.#end(number);
          return;
        }
      },
      holdExternal: (host, forUs, refuses) => {
        const strike: Strike = {
          what: `outage of ${host}`,
          begin: () => externals.takeDown(host, refuses),
          end: () => externals.bringBack(host),
        };
        this.#begin(label, strike, forUs);
      },
    };
  }

  #grip(nodes: readonly NodeRow[], held: Held): () => void {
    for (const node of nodes) if (this.#holdersOf(held, node, 1) === 1) this.#takeDown(held, node);
    return () => {
      for (const node of nodes) if (this.#holdersOf(held, node, -1) === 0) this.#bringBack(held, node);
    };
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
    const { machinery } = this.#targets;
    if (held === 'machine') machinery.crashNode(node);
    else if (held === 'kubelet') machinery.stopKubelet(node);
    else machinery.cutOff(node);
  }

  #bringBack(held: Held, node: NodeRow): void {
    const { machinery } = this.#targets;
    if (held === 'machine') machinery.recoverNode(node);
    else if (held === 'kubelet') machinery.startKubelet(node);
    else machinery.reconnect(node);
  }

  #create(use: FaultUse): Fault {
    const { machinery, network, externals = NO_EXTERNALS, spot = NO_SPOT, powers } = this.#targets;
    const { processes = NO_PROCESSES } = this.#targets;
    const label = use.label ?? use.name;
    const context: FaultContext = {
      state: this.#state,
      cluster: new ClusterReader(this.#state),
      nowUs: () => this.#engine.now,
      machinery,
      network,
      outages: this.#outagesOf(label),
      get powers() {
        assert(powers !== undefined, 'a fault asks for what is not there to break');
        return powers;
      },
      hosts: externals.hosts,
      spot,
      processes,
      random: this.#random,
      knows: this.#knows,
      alarm: (handler) => {
        const index = this.#alarms.push(handler) - 1;
        return (delayUs, value) => {
          this.heralded(this.#engine.now + delayUs);
          this.#engine.after(delayUs, this.#onAlarm, index, value);
        };
      },
      onJoin: (handler) => {
        this.#joins.push(handler);
      },
      strike: (strike, forUs) => this.#begin(label, strike, forUs),
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
