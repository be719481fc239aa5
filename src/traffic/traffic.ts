// Hot dialect: the life of a request: attempt, network, slot or queue, work, its own calls, answer; timeouts and retries.
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import type { Lane } from '../engine/lane.ts';
import type { Family } from '../lib/family.ts';
import { fnv1a } from '../model/names.ts';
import type { PodExits, Processes, Routes } from '../model/ports.ts';
import type { ClusterState } from '../model/state.ts';
import type { ArrivalContext, Arrivals } from './arrivals/arrivals.ts';
import { arrivals } from './arrivals/index.ts';
import { Behaviors, CallSites } from './behaviors.ts';
import { CALL, Caller, CallTable, Field, Outcome, Server } from './calls.ts';
import { checkTraffic } from './check.ts';
import { Meters, Tally } from './meters.ts';
import { SERVER, Servers, Slot } from './servers.ts';
import { ServiceDirectory } from './services.ts';
import type { SourceSpec, TrafficSettings } from './settings.ts';

const NONE = -1;
/** One call of a sequential site that is still to be made, in `Field.Pending`. */
const TO_MAKE = 0x10000;

/**
 * Requests and the processes that serve them. A call goes through attempts; an attempt is a row with two halves that end
 * independently: the caller's (waiting, or backing off before the next attempt) and the server's (travelling, queued,
 * serving, calling). A timeout ends only the caller's half: the server works on for nobody.
 */
export class Traffic implements Processes {
  readonly meters = new Meters();
  readonly services: ServiceDirectory;
  readonly calls = new CallTable();
  readonly servers: Servers;
  readonly sites = new CallSites();
  /** Sources in the order of the settings; source i has meter i. */
  readonly sources: readonly SourceSpec[];
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #routes: Routes;
  readonly #exits: PodExits;
  readonly #behaviors: Behaviors;
  readonly #luck: CounterRandom;
  readonly #silenceUs: number;
  readonly #arrivals: Arrivals[] = [];
  readonly #sourceHop: number[] = [];
  readonly #ordinal: number[] = [];
  /** By site: its lane of timeouts. */
  readonly #lanes: (Lane | undefined)[] = [];
  readonly #laneByDelay = new Map<number, Lane>();
  readonly #onArrival: number;
  readonly #onReach: number;
  readonly #onServed: number;
  readonly #onAnswer: number;
  readonly #onTimeout: number;
  readonly #onRetry: number;
  readonly #onSilence: number;

  /** Throws an InputError for an unknown arrival process or argument. */
  constructor(
    engine: Engine,
    state: ClusterState,
    routes: Routes,
    settings: TrafficSettings,
    exits: PodExits,
    family: Family<ArrivalContext, Arrivals> = arrivals,
  ) {
    this.#engine = engine;
    this.#state = state;
    this.#routes = routes;
    this.#exits = exits;
    this.services = new ServiceDirectory(state);
    this.servers = new Servers(this.calls);
    this.sources = settings.traffic;
    this.#behaviors = new Behaviors(settings, this.sites, this.services);
    this.#luck = new CounterRandom(engine.seed, 'traffic/luck');
    this.#silenceUs = settings.timeoutWithoutLimitUs;
    this.#onArrival = engine.kind('traffic.arrival', (source) => this.#arrive(source));
    this.#onReach = engine.kind('traffic.reach', (row, epoch) => this.#reach(row, epoch));
    this.#onServed = engine.kind('traffic.served', (row, epoch) => this.#served(row, epoch));
    this.#onAnswer = engine.kind('traffic.answer', (row, epoch) => this.#answered(row, epoch));
    this.#onTimeout = engine.kind('traffic.timeout', (row) => this.#expired(row));
    this.#onRetry = engine.kind('traffic.retry', (row, epoch) => this.#retry(row, epoch));
    this.#onSilence = engine.kind('traffic.silence', (row, epoch) => this.#gaveUp(row, epoch));
    for (const source of settings.traffic) this.#addSource(source, family);
  }

  /** The meter of a Service by its number in `services`. */
  serviceMeter(service: number): number {
    while (this.meters.length <= this.sources.length + service) {
      const next = this.meters.length - this.sources.length;
      this.meters.add(`${this.services.namespaces[next]}/${this.services.names[next]}`);
    }
    return this.sources.length + service;
  }

  /** Stops with an InvariantError when a request was lost or invented, or a pod holds more than it may. */
  check(): void {
    checkTraffic(this, this.#behaviors);
  }

  // Requests from outside.

  #addSource(source: SourceSpec, family: Family<ArrivalContext, Arrivals>): void {
    const index = this.#arrivals.length;
    const random = this.#engine.stream(`traffic/arrivals/${source.name}`);
    this.#arrivals.push(family.create(source.arrivals.name, source.arrivals.args, { random, startUs: source.startUs }));
    this.#sourceHop.push(fnv1a(source.name) | 0);
    this.#ordinal.push(0);
    this.meters.add(source.name);
    const service = this.services.add(source.to.namespace, source.to.name);
    this.sites.add(service, 1, 1, false, source.timeoutUs, source.retries);
    this.#bookArrival(index);
  }

  #bookArrival(source: number): void {
    const timeUs = Math.round(this.#arrivals[source].next());
    if (timeUs < this.sources[source].stopUs) this.#engine.at(timeUs, this.#onArrival, source, 0);
  }

  #arrive(source: number): void {
    const ordinal = this.#ordinal[source];
    this.#ordinal[source] = ordinal + 1;
    this.meters.begin(source, this.#engine.now);
    this.#begin(NONE, source, ordinal | 0, this.#sourceHop[source]);
    this.#bookArrival(source);
  }

  // The caller's half.

  #begin(parent: number, site: number, ordinal: number, hop: number): void {
    const row = this.calls.allocate();
    this.calls.reals[(CALL / 2) * row] = this.#engine.now;
    const { ints } = this.calls;
    const at = CALL * row;
    ints[at + Field.Parent] = parent;
    ints[at + Field.Site] = site;
    ints[at + Field.Attempt] = 0;
    ints[at + Field.Ordinal] = ordinal;
    ints[at + Field.Hop] = hop;
    ints[at + Field.Pending] = 0;
    this.meters.begin(this.serviceMeter(this.sites.service[site]), this.#engine.now);
    this.#send(row);
  }

  #send(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    const parent = ints[at + Field.Parent];
    const caller = parent === NONE ? NONE : ints[CALL * parent + Field.Pod];
    const from = parent === NONE ? NONE : ints[CALL * parent + Field.Node];
    const service = this.sites.service[site];
    ints[at + Field.Caller] = Caller.Waiting;
    this.meters.count(this.serviceMeter(service), Tally.Attempts);
    const lane = this.#laneOf(site);
    ints[at + Field.Timer] = lane === undefined ? NONE : lane.push(row, 0);
    const object = this.services.row(service);
    if (object < 0 || !this.#routes.connect(object, from, caller)) {
      // Rejected on the spot: for a client outside after the way to the edge and back.
      ints[at + Field.Connection] = NONE;
      ints[at + Field.Server] = Server.Ended;
      ints[at + Field.Outcome] = Outcome.Refused;
      const delayUs = from === NONE ? this.#routes.delayUs(NONE, NONE) + this.#routes.delayUs(NONE, NONE) : 0;
      this.#engine.after(delayUs, this.#onAnswer, row, ints[at + Field.Epoch]);
      return;
    }
    const { node } = this.#routes;
    ints[at + Field.Pod] = this.#routes.pod;
    ints[at + Field.PodEpoch] = this.#routes.epoch;
    ints[at + Field.Node] = node;
    ints[at + Field.Connection] = this.#routes.connection;
    ints[at + Field.Server] = Server.Travelling;
    const delayUs = this.#routes.delayUs(from, node);
    if (delayUs < 0) this.#silent(row);
    else this.#engine.after(delayUs, this.#onReach, row, ints[at + Field.Epoch]);
  }

  #answered(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch || ints[at + Field.Caller] !== Caller.Waiting) return;
    const timer = ints[at + Field.Timer];
    if (timer !== NONE) this.#lanes[ints[at + Field.Site]]!.remove(timer);
    this.#settle(row, ints[at + Field.Outcome]);
  }

  #expired(row: number): void {
    this.#settle(row, Outcome.Timeout);
  }

  #gaveUp(row: number, epoch: number): void {
    if (this.calls.ints[CALL * row + Field.Epoch] === epoch) this.#settle(row, Outcome.Timeout);
  }

  /** An attempt has ended for its caller: the call ends with it, or goes into another one. */
  #settle(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const site = ints[at + Field.Site];
    const connection = ints[at + Field.Connection];
    if (connection !== NONE) this.#routes.disconnect(connection);
    this.meters.count(this.serviceMeter(this.sites.service[site]), Tally.Attempt + outcome);
    if (outcome === Outcome.Ok || ints[at + Field.Attempt] >= this.sites.maxRetries[site] || !this.#callerLives(at)) {
      this.#conclude(row, outcome);
    } else {
      this.#backOff(row);
    }
  }

  #callerLives(at: number): boolean {
    const { ints } = this.calls;
    const parent = ints[at + Field.Parent];
    return parent === NONE || ints[CALL * parent + Field.Server] === Server.Calling;
  }

  /** The call goes on in a row of its own where the server is still busy with this attempt. */
  #backOff(row: number): void {
    let next = row;
    if (
      this.calls.ints[CALL * row + Field.Server] !== Server.Ended ||
      this.calls.ints[CALL * row + Field.Pending] !== 0
    ) {
      next = this.calls.allocate();
      this.calls.copyCall(row, next);
      this.calls.ints[CALL * row + Field.Caller] = Caller.Gone;
      this.calls.ints[CALL * row + Field.Parent] = NONE;
    } else {
      this.calls.ints[CALL * row + Field.Epoch] += 1;
    }
    const { ints } = this.calls;
    const at = CALL * next;
    const site = ints[at + Field.Site];
    const attempt = ints[at + Field.Attempt];
    this.#luck.seek(ints[at + Field.Ordinal], ~ints[at + Field.Hop], attempt);
    const jitter = 1 + this.sites.jitter[site] * (2 * this.#luck.uniform() - 1);
    const delayUs = this.sites.backoffUs[site] * 2 ** attempt * jitter;
    ints[at + Field.Caller] = Caller.BackingOff;
    ints[at + Field.Server] = Server.Ended;
    ints[at + Field.Attempt] = attempt + 1;
    ints[at + Field.Timer] = NONE;
    ints[at + Field.Connection] = NONE;
    this.#engine.after(delayUs, this.#onRetry, next, ints[at + Field.Epoch]);
  }

  #retry(row: number, epoch: number): void {
    const at = CALL * row;
    if (this.calls.ints[at + Field.Epoch] !== epoch) return;
    if (this.#callerLives(at)) this.#send(row);
    else this.#conclude(row, Outcome.Reset);
  }

  /** The call has ended: its caller is told. */
  #conclude(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const { now } = this.#engine;
    const site = ints[at + Field.Site];
    const parent = ints[at + Field.Parent];
    const meter = this.serviceMeter(this.sites.service[site]);
    const startedUs = this.calls.startedUs(row);
    ints[at + Field.Caller] = Caller.Gone;
    if (parent === NONE) {
      this.meters.end(site, outcome, startedUs, now);
      this.meters.end(meter, outcome, startedUs, now);
      this.#releaseIfOver(row);
      return;
    }
    if (this.#callerLives(at)) this.meters.end(meter, outcome, startedUs, now);
    else this.meters.abandon(meter, now);
    ints[at + Field.Parent] = NONE;
    this.#releaseIfOver(row);
    this.#callEnded(parent, outcome);
  }

  /** Nothing will ever come back: the caller waits for its timeout, or without one for as long as TCP tries. */
  #silent(row: number): void {
    const at = CALL * row;
    const { ints } = this.calls;
    ints[at + Field.Server] = Server.Ended;
    if (ints[at + Field.Caller] !== Caller.Waiting) this.#releaseIfOver(row);
    else if (ints[at + Field.Timer] === NONE) {
      this.#engine.after(this.#silenceUs, this.#onSilence, row, ints[at + Field.Epoch]);
    }
  }

  #releaseIfOver(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (
      ints[at + Field.Caller] === Caller.Gone &&
      ints[at + Field.Server] === Server.Ended &&
      ints[at + Field.Pending] === 0
    ) {
      this.calls.release(row);
    }
  }

  // The server's half.

  #reach(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch) return;
    const { machines } = this.#state;
    const pod = ints[at + Field.Pod];
    const podEpoch = ints[at + Field.PodEpoch];
    if (machines.nodeUp[ints[at + Field.Node]] === 0) {
      this.#silent(row);
      return;
    }
    if (!machines.accepts(pod, podEpoch) || !this.servers.runs(pod, podEpoch)) {
      this.#answer(row, Outcome.Refused);
      return;
    }
    const servers = this.servers.ints;
    const server = SERVER * pod;
    const behavior = servers[server + Slot.Behavior];
    if (servers[server + Slot.Busy] < this.#behaviors.concurrency[behavior]) {
      this.servers.link(pod, row);
      servers[server + Slot.Busy] += 1;
      this.#serve(row);
    } else if (servers[server + Slot.Waiting] < this.#behaviors.queue[behavior]) {
      this.servers.link(pod, row);
      servers[server + Slot.Waiting] += 1;
      if (servers[server + Slot.NextWaiting] === NONE) servers[server + Slot.NextWaiting] = row;
      ints[at + Field.Server] = Server.Queued;
    } else {
      this.#answer(row, Outcome.Overload);
    }
  }

  #serve(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const pod = ints[at + Field.Pod];
    const behaviors = this.#behaviors;
    const behavior = this.servers.ints[SERVER * pod + Slot.Behavior];
    const luck = this.#luck;
    luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop], ints[at + Field.Attempt]);
    const workUs = behaviors.samplers.draw(behaviors.work[behavior], luck);
    const errorRate = behaviors.errorRate[behavior];
    ints[at + Field.Outcome] = errorRate > 0 && luck.uniform() < errorRate ? Outcome.Error : Outcome.Ok;
    ints[at + Field.Server] = Server.Serving;
    const cpuUs = behaviors.cpuUs[behavior];
    const usedUs = cpuUs < 0 ? workUs : cpuUs;
    this.servers.podCpuUs[pod] += usedUs;
    this.servers.nodeCpuUs[ints[at + Field.Node]] += usedUs;
    this.#engine.after(workUs, this.#onServed, row, ints[at + Field.Epoch]);
  }

  #served(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch) return;
    const behavior = this.servers.ints[SERVER * ints[at + Field.Pod] + Slot.Behavior];
    const first = this.#behaviors.firstSite[behavior];
    if (ints[at + Field.Outcome] !== Outcome.Ok || first === this.#behaviors.endSite[behavior]) {
      this.#finish(row);
      return;
    }
    ints[at + Field.Server] = Server.Calling;
    ints[at + Field.Step] = first;
    this.#makeCalls(row);
  }

  /** The request's work is done and its calls have ended: it leaves its slot to the next one and is answered. */
  #finish(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const pod = ints[at + Field.Pod];
    const server = SERVER * pod;
    const servers = this.servers.ints;
    this.servers.unlink(pod, row);
    const waiting = servers[server + Slot.NextWaiting];
    if (waiting === NONE) {
      servers[server + Slot.Busy] -= 1;
    } else {
      servers[server + Slot.Waiting] -= 1;
      servers[server + Slot.NextWaiting] = ints[CALL * waiting + Field.Next];
      this.#serve(waiting);
    }
    this.#answer(row, ints[at + Field.Outcome]);
    if (servers[server + Slot.Draining] === 1 && this.servers.held(pod) === 0) this.#drained(pod);
  }

  /** The server's half ends; its answer goes back to a caller that still waits. */
  #answer(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    ints[at + Field.Server] = Server.Ended;
    ints[at + Field.Outcome] = outcome;
    if (ints[at + Field.Caller] !== Caller.Waiting) {
      this.#releaseIfOver(row);
      return;
    }
    const parent = ints[at + Field.Parent];
    const to = parent === NONE ? NONE : ints[CALL * parent + Field.Node];
    const delayUs = this.#routes.delayUs(ints[at + Field.Node], to);
    if (delayUs < 0) this.#silent(row);
    else this.#engine.after(delayUs, this.#onAnswer, row, ints[at + Field.Epoch]);
  }

  // Calls that a request makes while it holds its slot.

  /** Sends the calls of the present step and of those that follow without any; the request is finished after the last. */
  #makeCalls(row: number): void {
    const at = CALL * row;
    const { sites } = this;
    const behavior = this.servers.ints[SERVER * this.calls.ints[at + Field.Pod] + Slot.Behavior];
    const end = this.#behaviors.endSite[behavior];
    for (let step = this.calls.ints[at + Field.Step]; step < end; step = this.calls.ints[at + Field.Step]) {
      const groupEnd = sites.groupEnd[step];
      this.calls.ints[at + Field.Step] = groupEnd;
      for (let site = step; site < groupEnd; site += 1) {
        const count = this.#takesSite(at, site, behavior) ? sites.count[site] : 0;
        if (count === 0) continue;
        if (!sites.parallel[site]) {
          this.calls.ints[at + Field.Pending] = (count - 1) * TO_MAKE;
          this.#call(row, site, 0);
          continue;
        }
        for (let i = 0; i < count; i += 1) this.#call(row, site, i);
      }
      if (this.calls.ints[at + Field.Pending] !== 0) return;
    }
    this.#finish(row);
  }

  /** The chance of a site is drawn by the request's own luck. */
  #takesSite(at: number, site: number, behavior: number): boolean {
    const probability = this.sites.probability[site];
    if (probability >= 1) return true;
    const { ints } = this.calls;
    const position = site - this.#behaviors.firstSite[behavior] + 1;
    this.#luck.seek(
      ints[at + Field.Ordinal],
      ints[at + Field.Hop] + Math.imul(position, 0x9e3779b1),
      ints[at + Field.Attempt],
    );
    return this.#luck.uniform() < probability;
  }

  #call(row: number, site: number, index: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const behavior = this.servers.ints[SERVER * ints[at + Field.Pod] + Slot.Behavior];
    const position = site - this.#behaviors.firstSite[behavior];
    ints[at + Field.Pending] += 1;
    // An attempt's calls have luck of their own, or a retry would meet the same error again.
    const hop = Math.imul(ints[at + Field.Hop] ^ Math.imul(ints[at + Field.Attempt] + 1, 0x85ebca6b), 0x9e3779b1);
    this.#begin(row, site, ints[at + Field.Ordinal], (hop + (position << 16) + index + 1) | 0);
  }

  /** One of a request's calls has ended, after its retries. A group ends when all of its calls have. */
  #callEnded(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    ints[at + Field.Pending] -= 1;
    if (ints[at + Field.Server] !== Server.Calling) {
      this.#releaseIfOver(row);
      return;
    }
    if (outcome !== Outcome.Ok) ints[at + Field.Outcome] = Outcome.Error;
    const pending = ints[at + Field.Pending];
    if ((pending & 0xffff) !== 0) return;
    if (ints[at + Field.Outcome] !== Outcome.Ok) {
      ints[at + Field.Pending] = 0;
      this.#finish(row);
    } else if (pending === 0) {
      this.#makeCalls(row);
    } else {
      ints[at + Field.Pending] -= TO_MAKE;
      const site = ints[at + Field.Step] - 1;
      this.#call(row, site, this.sites.count[site] - (pending >> 16));
    }
  }

  // Processes.

  started(pod: number, epoch: number): void {
    const { pods, classes } = this.#state;
    if (pod < this.servers.length && this.servers.ints[SERVER * pod + Slot.Epoch] >= 0) this.#kill(pod, true);
    this.servers.start(pod, epoch, pods.node[pod], this.#behaviors.of(classes.get(pods.podClass[pod])));
  }

  terminate(pod: number, epoch: number): void {
    if (!this.servers.runs(pod, epoch)) {
      this.#exits.drained(pod, epoch);
      return;
    }
    this.servers.ints[SERVER * pod + Slot.Draining] = 1;
    if (this.servers.held(pod) === 0) this.#drained(pod);
  }

  killed(pod: number, epoch: number): void {
    if (this.servers.runs(pod, epoch)) this.#kill(pod, true);
  }

  nodeDown(node: number): void {
    const { ints } = this.servers;
    for (let pod = 0; pod < this.servers.length; pod += 1) {
      const at = SERVER * pod;
      if (ints[at + Slot.Epoch] >= 0 && ints[at + Slot.Node] === node) this.#kill(pod, false);
    }
  }

  #drained(pod: number): void {
    const epoch = this.servers.ints[SERVER * pod + Slot.Epoch];
    this.servers.stop(pod);
    this.#exits.drained(pod, epoch);
  }

  /** What the pod holds is lost; whoever waits for it gets a reset from a machine that runs, and else nothing. */
  #kill(pod: number, resets: boolean): void {
    const server = SERVER * pod;
    const up = resets && this.#state.machines.nodeUp[this.servers.ints[server + Slot.Node]] === 1;
    let row = this.servers.ints[server + Slot.First];
    this.servers.stop(pod);
    while (row !== NONE) {
      const { ints } = this.calls;
      const at = CALL * row;
      const next = ints[at + Field.Next];
      ints[at + Field.Epoch] += 1;
      ints[at + Field.Pending] &= 0xffff;
      if (up) this.#answer(row, Outcome.Reset);
      else this.#silent(row);
      row = next;
    }
  }

  #laneOf(site: number): Lane | undefined {
    if (site < this.#lanes.length) return this.#lanes[site];
    for (let next = this.#lanes.length; next <= site; next += 1) {
      const delayUs = this.sites.timeoutUs[next];
      let lane = this.#laneByDelay.get(delayUs);
      if (lane === undefined && delayUs > 0) {
        lane = this.#engine.lane(`traffic.timeout ${delayUs}`, delayUs, this.#onTimeout);
        this.#laneByDelay.set(delayUs, lane);
      }
      this.#lanes.push(lane);
    }
    return this.#lanes[site];
  }
}
