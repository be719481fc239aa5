// Hot dialect: the server's half of a call: slot or queue, work, the calls that a request makes, the answer, and sudden death.
import { CounterRandom } from '../engine/counter.ts';
import type { Engine } from '../engine/engine.ts';
import type { Machines } from '../model/machines.ts';
import type { PodExits } from '../model/ports/processes.ts';
import type { Processors } from '../model/ports/processors.ts';
import type { Routes } from '../model/ports/routes.ts';
import type { Behaviors } from './behaviors.ts';
import type { CallSites } from './call-sites.ts';
import type { Callers, ServerHalf } from './callers.ts';
import { CALL, CallerState, type CallTable, Field, Outcome, ServerState } from './calls.ts';
import { HungProcesses, Step, type StepName } from './hung-processes.ts';
import { SERVER, type Servers, ServerField } from './servers.ts';
import { Order, WaitingOrder } from './waiting-order.ts';
import type { NodeRow, PodRow } from '../model/rows.ts';

const NONE = -1;
/** One call of a sequential site that is still to be made, in `Field.Pending`. */
const TO_MAKE = 0x10000;

/** Containers that serve beside the main one of their pod, by number from 1 on. */
export interface Further {
  /** What serves at a port of a pod; undefined where that is the main container. */
  at(pod: PodRow, port: number): Serving | undefined;
  serving(number: number): Serving;
}

/** Of one container of each pod: of the main one, or of the first of the others that serve, and so on. */
export class Serving implements ServerHalf {
  /** For the main containers, once any pod has more that serve. */
  further: Further | undefined;
  protected readonly number: number;
  protected readonly compute: Processors;
  readonly #machines: Machines;
  protected readonly calls: CallTable;
  protected readonly servers: Servers;
  protected readonly sites: CallSites;
  readonly #behaviors: Behaviors;
  protected readonly callers: Callers;
  readonly #routes: Routes;
  protected readonly exits: PodExits;
  protected readonly containerOf: (pod: PodRow) => number;
  readonly #luck: CounterRandom;
  readonly #order: WaitingOrder;
  readonly #hung = new HungProcesses(({ row, epoch, step }) => {
    if (this.calls.ints[CALL * row + Field.Epoch] !== epoch) return;
    if (step === Step.Worked) this.worked(row);
    else this.finish(row);
  });

  constructor(
    engine: Engine,
    compute: Processors,
    machines: Machines,
    calls: CallTable,
    servers: Servers,
    sites: CallSites,
    behaviors: Behaviors,
    callers: Callers,
    routes: Routes,
    exits: PodExits,
    containerOf: (pod: PodRow) => number,
    number = 0,
  ) {
    this.number = number;
    this.compute = compute;
    this.#machines = machines;
    this.calls = calls;
    this.servers = servers;
    this.sites = sites;
    this.#behaviors = behaviors;
    this.callers = callers;
    this.#routes = routes;
    this.exits = exits;
    this.containerOf = containerOf;
    this.#luck = new CounterRandom(engine.seed, 'traffic/luck');
    this.#order = new WaitingOrder(calls, servers, sites);
  }

  reach(row: number, epoch: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    if (ints[at + Field.Epoch] !== epoch) return;
    const pod = ints[at + Field.Pod] as PodRow;
    const podEpoch = ints[at + Field.PodEpoch];
    if (this.#machines.nodeUp[ints[at + Field.Node]] === 0) {
      this.callers.silent(row);
      return;
    }
    const port = ints[at + Field.Port];
    if (this.further !== undefined) {
      const other = this.further.at(pod, port);
      if (other !== undefined) {
        other.receive(row, pod, podEpoch);
        return;
      }
    }
    if (this.#machines.accepts(pod, podEpoch, port) && this.servers.runs(pod, podEpoch)) this.take(row, pod);
    else this.answer(row, Outcome.Refused);
  }

  /** The attempt has come to the port of a container beside the main one. */
  receive(row: number, pod: PodRow, podEpoch: number): void {
    const listens = this.servers.runs(pod, podEpoch) && this.servers.ints[SERVER * pod + ServerField.Draining] === 0;
    if (listens) this.take(row, pod);
    else this.answer(row, Outcome.Refused);
  }

  /** A slot, the queue, or neither. */
  protected take(row: number, pod: PodRow): void {
    const { ints } = this.calls;
    const at = CALL * row;
    ints[at + Field.Container] = this.number;
    const servers = this.servers.ints;
    const server = SERVER * pod;
    const behavior = servers[server + ServerField.Behavior];
    if (servers[server + ServerField.Busy] < this.#behaviors.concurrency[behavior]) {
      this.servers.link(pod, row);
      servers[server + ServerField.Busy] += 1;
      this.#serve(row);
    } else if (servers[server + ServerField.Waiting] < this.#behaviors.queue[behavior]) {
      const order = this.#behaviors.order[behavior];
      if (order === Order.preemptivePriority && this.#preempt(pod, row)) return;
      if (order === Order.firstComeFirstServed) {
        this.servers.link(pod, row);
        servers[server + ServerField.Waiting] += 1;
        if (servers[server + ServerField.NextWaiting] === NONE) servers[server + ServerField.NextWaiting] = row;
      } else {
        this.#order.enter(pod, row, order);
      }
      ints[at + Field.Server] = ServerState.Queued;
    } else if (this.#hung.any && this.#hung.has(pod)) {
      // Nobody is there to turn it away.
      this.callers.silent(row);
    } else {
      this.answer(row, Outcome.Overload);
    }
  }

  #serve(row: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const pod = ints[at + Field.Pod] as PodRow;
    const behaviors = this.#behaviors;
    const behavior = this.servers.ints[SERVER * pod + ServerField.Behavior];
    const luck = this.#luck;
    luck.seek(ints[at + Field.Ordinal], ints[at + Field.Hop], ints[at + Field.Attempt]);
    const workUs = behaviors.samplers.draw(behaviors.work[behavior], luck);
    const errorRate = behaviors.errorRate[behavior];
    ints[at + Field.Outcome] = errorRate > 0 && luck.uniform() < errorRate ? Outcome.Error : Outcome.Ok;
    ints[at + Field.Server] = ServerState.Serving;
    this.compute.begin(pod, row, workUs, behaviors.cpuUs[behavior]);
  }

  /** The process of the pod does nothing any more: what it holds stays, nobody is answered. What this gives ends it. */
  hang(pod: PodRow): () => void {
    return this.#hung.hang(pod);
  }

  /** Whether the process of the request hangs: then the step waits. */
  protected hangsAt(row: number, step: StepName): boolean {
    if (!this.#hung.any) return false;
    const at = CALL * row;
    const { ints } = this.calls;
    return this.#hung.keeps(ints[at + Field.Pod] as PodRow, row, ints[at + Field.Epoch], step);
  }

  /** The request has had its work. */
  worked(row: number): void {
    if (this.hangsAt(row, Step.Worked)) return;
    const { ints } = this.calls;
    const at = CALL * row;
    const behavior = this.servers.ints[SERVER * ints[at + Field.Pod] + ServerField.Behavior];
    const first = this.#behaviors.firstSite[behavior];
    if (ints[at + Field.Outcome] !== Outcome.Ok || first === this.#behaviors.endSite[behavior]) {
      this.finish(row);
      return;
    }
    ints[at + Field.Server] = ServerState.Calling;
    ints[at + Field.Step] = first;
    this.#makeCalls(row);
  }

  /** The request's work is done and its calls have ended: it leaves its slot to the next one and is answered. */
  protected finish(row: number): void {
    if (this.hangsAt(row, Step.Finish)) return;
    const { ints } = this.calls;
    const at = CALL * row;
    const pod = ints[at + Field.Pod] as PodRow;
    const server = SERVER * pod;
    const servers = this.servers.ints;
    this.servers.unlink(pod, row);
    this.next(pod);
    this.answer(row, ints[at + Field.Outcome]);
    if (servers[server + ServerField.Draining] === 1 && this.servers.held(pod) === 0) this.#drained(pod);
  }

  /** A slot is free: it goes to the first that waits. */
  protected next(pod: PodRow): void {
    const { ints } = this.calls;
    const server = SERVER * pod;
    const servers = this.servers.ints;
    const waiting = servers[server + ServerField.NextWaiting];
    if (waiting === NONE) {
      servers[server + ServerField.Busy] -= 1;
    } else {
      servers[server + ServerField.Waiting] -= 1;
      servers[server + ServerField.NextWaiting] = ints[CALL * waiting + Field.Next];
      if (ints[CALL * waiting + Field.Server] === ServerState.Preempted) this.#resume(waiting);
      else this.#serve(waiting);
    }
  }

  /** The server's half ends; its answer goes back to a caller that still waits. */
  protected answer(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    ints[at + Field.Server] = ServerState.Ended;
    ints[at + Field.Outcome] = outcome;
    if (ints[at + Field.Caller] !== CallerState.Waiting) {
      this.callers.releaseIfOver(row);
      return;
    }
    const parent = ints[at + Field.Parent];
    const to = parent === NONE ? NONE : (ints[CALL * parent + Field.Node] as NodeRow);
    const delayUs = this.#routes.delayUs(ints[at + Field.Node] as NodeRow, this.calls.via(row), to);
    if (delayUs < 0) this.callers.silent(row);
    else this.callers.bookAnswer(row, delayUs);
  }

  // Preemption: the work that was done is not lost.

  /** Gives the slot of a less important request to this one; false when there is none. */
  #preempt(pod: PodRow, row: number): boolean {
    // A process that hangs gives no slot away: what it works on may be done, and wait for it to go on.
    if (this.#hung.any && this.#hung.has(pod)) return false;
    const victim = this.#order.victim(pod, row);
    if (victim === NONE) return false;
    const { ints } = this.calls;
    const at = CALL * victim;
    this.compute.suspend(victim);
    ints[at + Field.Server] = ServerState.Preempted;
    this.servers.unlink(pod, victim);
    this.#order.putBack(pod, victim);
    this.servers.linkBefore(pod, row, this.servers.ints[SERVER * pod + ServerField.NextWaiting]);
    this.#serve(row);
    return true;
  }

  #resume(row: number): void {
    this.calls.ints[CALL * row + Field.Server] = ServerState.Serving;
    this.compute.resume(row);
  }

  // Calls that a request makes while it holds its slot.

  /** Sends the calls of the current step and of those that follow without any; the request is finished after the last. */
  #makeCalls(row: number): void {
    const calls = this.calls;
    const sites = this.sites;
    const at = CALL * row;
    const behavior = this.servers.ints[SERVER * calls.ints[at + Field.Pod] + ServerField.Behavior];
    const end = this.#behaviors.endSite[behavior];
    for (let step = calls.ints[at + Field.Step]; step < end; step = calls.ints[at + Field.Step]) {
      const groupEnd = sites.groupEnd[step];
      calls.ints[at + Field.Step] = groupEnd;
      for (let site = step; site < groupEnd; site += 1) {
        const count = this.takesSite(at, site, behavior) ? sites.count[site] : 0;
        if (count === 0) continue;
        if (!sites.parallel[site]) {
          calls.ints[at + Field.Pending] = (count - 1) * TO_MAKE;
          this.#call(row, site, 0);
          continue;
        }
        for (let i = 0; i < count; i += 1) this.#call(row, site, i);
      }
      if (calls.ints[at + Field.Pending] !== 0) return;
    }
    this.finish(row);
  }

  /** The chance of a site is drawn by the request's own luck. */
  protected takesSite(at: number, site: number, behavior: number): boolean {
    const probability = this.sites.probability[site];
    if (probability >= 1) return true;
    const { ints } = this.calls;
    const position = site - this.#behaviors.firstSite[behavior] + 1;
    const hop = ints[at + Field.Hop] + Math.imul(position, 0x9e3779b1);
    this.#luck.seek(ints[at + Field.Ordinal], hop, ints[at + Field.Attempt]);
    return this.#luck.uniform() < probability;
  }

  #call(row: number, site: number, index: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const behavior = this.servers.ints[SERVER * ints[at + Field.Pod] + ServerField.Behavior];
    const position = site - this.#behaviors.firstSite[behavior];
    ints[at + Field.Pending] += 1;
    // An attempt's calls have luck of their own, or a retry would meet the same error again.
    const hop = Math.imul(ints[at + Field.Hop] ^ Math.imul(ints[at + Field.Attempt] + 1, 0x85ebca6b), 0x9e3779b1);
    this.callers.begin(row, site, ints[at + Field.Ordinal], (hop + (position << 16) + index + 1) | 0);
  }

  /** One of a request's calls has ended, after its retries. A group ends when all of its calls have. */
  callEnded(row: number, outcome: number): void {
    const { ints } = this.calls;
    const at = CALL * row;
    const number = ints[at + Field.Container];
    if (number !== this.number) {
      this.further!.serving(number).callEnded(row, outcome);
      return;
    }
    ints[at + Field.Pending] -= 1;
    if (ints[at + Field.Server] !== ServerState.Calling) {
      this.callers.releaseIfOver(row);
      return;
    }
    if (outcome !== Outcome.Ok) ints[at + Field.Outcome] = Outcome.Error;
    const pending = ints[at + Field.Pending];
    if ((pending & 0xffff) !== 0) return;
    if (ints[at + Field.Outcome] !== Outcome.Ok) {
      ints[at + Field.Pending] = 0;
      this.finish(row);
    } else if (pending === 0) {
      this.#makeCalls(row);
    } else {
      ints[at + Field.Pending] -= TO_MAKE;
      const site = ints[at + Field.Step] - 1;
      this.#call(row, site, this.sites.count[site] - (pending >> 16));
    }
  }

  // The end of a process.

  /** SIGTERM: the pod serves what it holds, then it reports its exit. */
  drain(pod: PodRow): void {
    this.servers.ints[SERVER * pod + ServerField.Draining] = 1;
    if (this.servers.held(pod) === 0) this.#drained(pod);
  }

  #drained(pod: PodRow): void {
    const epoch = this.servers.ints[SERVER * pod + ServerField.Epoch];
    this.servers.stop(pod);
    // It uses no CPU any more: nobody will hear that a process is killed that serves no more.
    this.compute.stop(pod);
    this.exits.drained(pod, epoch, this.containerOf(pod));
  }

  /** What the pod holds is lost; whoever waits for it gets a reset from a machine that runs, and else nothing. */
  kill(pod: PodRow): void {
    if (this.#hung.any) this.#hung.forget(pod);
    const servers = this.servers.ints;
    const up = this.#machines.nodeUp[servers[SERVER * pod + ServerField.Node]] === 1;
    let row = servers[SERVER * pod + ServerField.First];
    this.servers.stop(pod);
    this.compute.stop(pod);
    while (row !== NONE) {
      const { ints } = this.calls;
      const at = CALL * row;
      const next = ints[at + Field.Next];
      ints[at + Field.Epoch] += 1;
      // Calls not yet made are not made; those under way end for nobody.
      ints[at + Field.Pending] &= 0xffff;
      if (up) this.answer(row, Outcome.Reset);
      else this.callers.silent(row);
      row = next;
    }
  }
}
