// Hot dialect: binding cycles, which run beside the scheduling cycles: permit, pre-bind, bind, and what a failure undoes.
import { assert } from '../lib/assert.ts';
import type { Engine } from '../engine/engine.ts';
import { all, type Script, type Signal } from '../engine/script.ts';
import { grown, nextCapacity } from '../model/columns.ts';
import type { ClusterState } from '../model/state.ts';
import { PodInfo } from './framework/pod-info.ts';
import type { Framework } from './framework/runtime/framework.ts';
import { Code, failed, success, type Status, unschedulable } from './framework/status.ts';

/** Where a binding cycle is. `Dead`: the pod is gone and an answer is still on its way. */
const Phase = { Free: 0, Permit: 1, Binding: 2, Dead: 3, PreBind: 4 } as const;
/** The longest wait at Permit. */
const LONGEST_PERMIT_US = 15 * 60e6;

/** What the scheduler does when a binding cycle moves on. */
export interface BindingOwner {
  /** The pod needs no more events of the cluster. */
  released(pod: number): void;
  bound(pod: number, node: number): void;
  /** `plugin` is the number of the plugin that rejected the pod, -1 for an error. Reservations have been undone. */
  failed(pod: number, node: number, status: Status, plugin: number): void;
}

export class Bindings {
  readonly #engine: Engine;
  readonly #state: ClusterState;
  readonly #profiles: readonly Framework[];
  readonly #owner: BindingOwner;
  readonly #permitTimeout: number;
  readonly #pod = new PodInfo();
  #length = 0;
  #capacity = 0;
  #phase = new Uint8Array(0);
  #row = new Int32Array(0);
  #node = new Int32Array(0);
  #profile = new Int32Array(0);
  /** Rises with each use: a timeout of an older use is ignored. */
  #use = new Int32Array(0);
  /** The plugin that made the pod wait. */
  #waitsFor = new Int32Array(0);
  readonly #free: number[] = [];
  /** By pod: its binding, -1 for none. */
  #of = new Int32Array(0);

  constructor(engine: Engine, state: ClusterState, profiles: readonly Framework[], owner: BindingOwner) {
    this.#engine = engine;
    this.#state = state;
    this.#profiles = profiles;
    this.#owner = owner;
    this.#permitTimeout = engine.kind('scheduler.permit-timeout', (binding, use) => {
      if (this.#use[binding] !== use || this.#phase[binding] !== Phase.Permit) return;
      const plugin = this.#waitsFor[binding];
      const name = this.#profiles[this.#profile[binding]].installed[plugin].name;
      this.#fail(binding, unschedulable(`timed out waiting on permit plugin ${name}`), plugin);
    });
  }

  /** Starts the binding cycle of a pod that has just been assumed: reserve and permit at once, the rest when it may. */
  start(pod: PodInfo, node: number, profile: number): void {
    const framework = this.#profiles[profile];
    const binding = this.#allocate(pod.row, node, profile);
    for (const one of framework.reserve) {
      const status = one.plugin.reserve!(pod, node);
      if (status.code === Code.Success) continue;
      if (status.code === Code.Error) this.#fail(binding, inPlugin('Reserve', one.name, status), -1);
      else this.#fail(binding, status, one.number);
      return;
    }
    let waitUs = -1;
    for (const one of framework.permit) {
      const status = one.plugin.permit!(pod, node);
      if (status.code === Code.Success) continue;
      if (status.code !== Code.Wait) {
        this.#fail(binding, status, status.code === Code.Error ? -1 : one.number);
        return;
      }
      const timeoutUs = Math.min(status.timeoutUs ?? LONGEST_PERMIT_US, LONGEST_PERMIT_US);
      if (waitUs >= 0 && timeoutUs >= waitUs) continue;
      waitUs = timeoutUs;
      this.#waitsFor[binding] = one.number;
    }
    if (waitUs < 0) {
      this.#bind(binding);
      return;
    }
    this.#phase[binding] = Phase.Permit;
    this.#engine.after(waitUs, this.#permitTimeout, binding, this.#use[binding]);
  }

  /** Ends a pod's wait at Permit: it is bound now. */
  allow(pod: number): void {
    const binding = this.#waiting(pod);
    if (binding >= 0) this.#bind(binding);
  }

  /** Ends a pod's wait at Permit: `plugin` rejects it. */
  reject(pod: number, plugin: string, reason: string): void {
    if (this.#waiting(pod) >= 0) this.turnBack(pod, plugin, reason);
  }

  /** Rejects a pod that waits at Permit or for PreBind plugins. False for any other: its binding cannot be called off. */
  turnBack(pod: number, plugin: string, reason: string): boolean {
    const binding = pod < this.#of.length ? this.#of[pod] : -1;
    if (binding < 0 || (this.#phase[binding] !== Phase.Permit && this.#phase[binding] !== Phase.PreBind)) return false;
    const found = this.#profiles[this.#profile[binding]].installed.find((one) => one.name === plugin);
    this.#fail(binding, unschedulable(reason), found?.number ?? -1);
    return true;
  }

  /** The pod is gone while its row still speaks of it: reservations are undone, an answer on its way will be ignored. */
  gone(pod: number): void {
    const binding = pod < this.#of.length ? this.#of[pod] : -1;
    if (binding < 0) return;
    this.#unreserve(binding);
    this.#of[pod] = -1;
    if (this.#phase[binding] === Phase.Permit) this.#release(binding);
    else this.#phase[binding] = Phase.Dead;
  }

  /** The Bind plugin's answer. */
  bound(binding: number, status: Status): void {
    if (this.#phase[binding] === Phase.Dead) {
      this.#release(binding);
      return;
    }
    assert(this.#phase[binding] === Phase.Binding, () => `binding ${binding} ended twice`);
    if (status.code !== Code.Success) {
      this.#fail(binding, status, -1);
      return;
    }
    const row = this.#row[binding];
    const node = this.#node[binding];
    const { postBind } = this.#profiles[this.#profile[binding]];
    this.#release(binding);
    this.#of[row] = -1;
    if (postBind.length > 0) {
      const pod = this.#point(row);
      for (const one of postBind) one.plugin.postBind!(pod, node);
    }
    this.#owner.bound(row, node);
  }

  #bind(binding: number): void {
    const framework = this.#profiles[this.#profile[binding]];
    const row = this.#row[binding];
    this.#phase[binding] = Phase.Binding;
    this.#owner.released(row);
    if (framework.preBind.length > 0) {
      const pod = this.#point(row);
      let waits: PreBindWait[] | undefined;
      for (const { name, plugin } of framework.preBind) {
        const signal = plugin.preBind!(pod, this.#node[binding]);
        if (signal === undefined) continue;
        waits ??= [];
        waits.push({ name, signal });
      }
      if (waits !== undefined) {
        this.#phase[binding] = Phase.PreBind;
        this.#engine.spawn('pre-bind', this.#afterPreBind(binding, waits));
        return;
      }
    }
    this.#write(binding);
  }

  *#afterPreBind(binding: number, waits: readonly PreBindWait[]): Script {
    const use = this.#use[binding];
    const answers = yield* all(waits.map(({ signal }) => signal));
    // It was called off.
    if (this.#use[binding] !== use || this.#phase[binding] === Phase.Free) return;
    const bad = answers.findIndex(({ code }) => code !== Code.Success);
    if (this.#phase[binding] !== Phase.Dead) this.#phase[binding] = Phase.Binding;
    if (this.#phase[binding] === Phase.Dead) this.bound(binding, success);
    else if (bad >= 0) this.bound(binding, inPlugin('PreBind', waits[bad].name, answers[bad]));
    else this.#write(binding);
  }

  #write(binding: number): void {
    const framework = this.#profiles[this.#profile[binding]];
    const pod = this.#point(this.#row[binding]);
    for (const one of framework.bind) if (one.plugin.bind!(pod, this.#node[binding], binding)) return;
    this.bound(binding, failed('no bind plugin took the pod'));
  }

  #fail(binding: number, status: Status, plugin: number): void {
    const row = this.#row[binding];
    const node = this.#node[binding];
    this.#unreserve(binding);
    this.#release(binding);
    this.#of[row] = -1;
    this.#owner.failed(row, node, status, plugin);
  }

  #unreserve(binding: number): void {
    const { reserve } = this.#profiles[this.#profile[binding]];
    if (reserve.length === 0) return;
    // An object of its own: a plugin may reject other pods meanwhile.
    const pod = new PodInfo().point(this.#state.pods, this.#state.classes, this.#row[binding]);
    for (const one of reserve.toReversed()) one.plugin.unreserve!(pod, this.#node[binding]);
  }

  #point(row: number): PodInfo {
    return this.#pod.point(this.#state.pods, this.#state.classes, row);
  }

  #waiting(pod: number): number {
    const binding = pod < this.#of.length ? this.#of[pod] : -1;
    return binding >= 0 && this.#phase[binding] === Phase.Permit ? binding : -1;
  }

  #release(binding: number): void {
    this.#phase[binding] = Phase.Free;
    this.#free.push(binding);
  }

  #allocate(row: number, node: number, profile: number): number {
    let binding = this.#free.pop();
    if (binding === undefined) {
      if (this.#length === this.#capacity) this.#grow();
      binding = this.#length;
      this.#length += 1;
    }
    if (row >= this.#of.length) {
      const before = this.#of.length;
      this.#of = grown(this.#of, Math.max(64, row + 1, before * 2));
      this.#of.fill(-1, before);
    }
    this.#of[row] = binding;
    this.#phase[binding] = Phase.Binding;
    this.#row[binding] = row;
    this.#node[binding] = node;
    this.#profile[binding] = profile;
    this.#use[binding] += 1;
    return binding;
  }

  #grow(): void {
    const capacity = nextCapacity(this.#capacity);
    this.#phase = grown(this.#phase, capacity);
    this.#row = grown(this.#row, capacity);
    this.#node = grown(this.#node, capacity);
    this.#profile = grown(this.#profile, capacity);
    this.#use = grown(this.#use, capacity);
    this.#waitsFor = grown(this.#waitsFor, capacity);
    this.#capacity = capacity;
  }
}

interface PreBindWait {
  readonly name: string;
  readonly signal: Signal<Status>;
}

/** An error as the framework passes it on; what rejects the pod stays as it is. */
function inPlugin(point: string, name: string, status: Status): Status {
  if (status.code !== Code.Error) return status;
  return failed(`running ${point} plugin "${name}": ${status.reasons.join(', ')}`);
}
