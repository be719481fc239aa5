// Deletes the victims of preemptions in the background while scheduling goes on (framework/preemption executor).
import type { ApiClient } from '../../api/client.ts';
import type { Calendar } from '../../engine/calendar.ts';
import { all, type Script, Signal } from '../../engine/script.ts';
import { PodBit } from '../../model/pods.ts';
import type { PodSource } from '../framework/interface.ts';
import type { Registry } from '../../model/registry.ts';
import type { SchedulerCache } from '../cache/cache.ts';
import type { Victim } from '../framework/interface.ts';
import type { Nominations } from '../cache/nominations.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import type { NodeRow, PodRow } from '../../model/rows.ts';

/** Victims whose writes are on their way at a time. */
const PARALLELISM = 16;
const CONDITION = PodBit.Disrupted | PodBit.Preempted;

interface Preempting {
  readonly epoch: number;
  /** The victim that is deleted when all others have been; undefined before. */
  last: Victim | undefined;
}

interface Order {
  readonly pod: PodRow;
  readonly uid: string;
  readonly priority: number;
  readonly node: NodeRow;
  readonly victims: readonly Victim[];
}

/** The pods that wait for their binding. */
interface Bindings {
  /** Rejects a pod that waits at Permit or PreBind; false for any other. */
  turnBack(pod: PodRow, plugin: string, reason: string): boolean;
}

export class Preemptor {
  /** Preemptions that had victims, and the victims, since the start. */
  readonly counts = { preemptions: 0, victims: 0 };
  readonly #engine: Calendar;
  readonly #state: Registry;
  readonly #cache: SchedulerCache;
  readonly #client: ApiClient;
  readonly #events: ApiClient;
  readonly #nominations: Nominations;
  readonly #bindings: () => Bindings;
  readonly #pods: () => PodSource;
  /** By preempting pod. */
  readonly #running = new Map<number, Preempting>();

  constructor(
    engine: Calendar,
    cache: SchedulerCache,
    client: ApiClient,
    events: ApiClient,
    nominations: Nominations,
    { bindings, pods }: { readonly bindings: () => Bindings; readonly pods: () => PodSource },
  ) {
    this.#engine = engine;
    this.#state = cache.state;
    this.#cache = cache;
    this.#client = client;
    this.#events = events;
    this.#nominations = nominations;
    this.#bindings = bindings;
    this.#pods = pods;
  }

  /**
   * True until the deletion of the pod's last victim is seen to have begun. The real scheduler lets go as well when the answer to its
   * DELETE comes, which takes about as long as the watch does; here answers come at the commit, and the preemptor would often
   * be tried on the cluster as it was before and preempt once more.
   */
  isPreempting({ row, epoch }: PodInfo): boolean {
    if (this.#running.size === 0) return false;
    const running = this.#running.get(row);
    if (running === undefined) return false;
    if (running.epoch === epoch && (running.last === undefined || this.#remains(running.last))) return true;
    this.#running.delete(row);
    return false;
  }

  /** Has the victims deleted that are not being deleted yet. */
  start(pod: PodInfo, node: NodeRow, victims: readonly Victim[]): void {
    const left = victims.filter((one) => this.#remains(one));
    if (left.length === 0) return;
    this.counts.preemptions += 1;
    this.counts.victims += left.length;
    const { row, epoch, podClass } = pod;
    const uid = this.#state.podUid(row);
    const running: Preempting = { epoch, last: undefined };
    this.#running.set(row, running);
    const order = { pod: row, uid, priority: podClass.priority, node, victims: left };
    this.#engine.spawn('preemption', this.#run(order, running));
  }

  *#run(order: Order, running: Preempting): Script {
    yield* this.#clearNominations(order);
    const others = order.victims.slice(0, -1);
    let next = 0;
    const worker = function* (this: Preemptor, done: Signal<true>): Script {
      while (next < others.length) {
        next += 1;
        yield* this.#evict(order, others[next - 1]);
      }
      done.fire(true);
    };
    const workers = Array.from({ length: Math.min(PARALLELISM, others.length) }, () => {
      const done = new Signal<true>(this.#engine);
      this.#engine.spawn('preemption worker', worker.call(this, done));
      return done;
    });
    yield* all(workers);
    running.last = order.victims[others.length];
    yield* this.#evict(order, running.last);
  }

  /** Pods of lower priority that were to go to the node have to look for another one. */
  *#clearNominations({ node, priority }: Order): Script {
    const { nominated } = this.#pods();
    for (const one of this.#nominations.on(node)) {
      if (one.priority >= priority || !nominated.has(one.pod)) continue;
      yield* this.#client.patchPodStatus({ pod: one.pod, epoch: one.epoch, nominatedNode: -1 }).wait();
    }
  }

  *#evict({ uid, node }: Order, { pod, epoch }: Victim): Script {
    const { pods } = this.#state;
    if (pods.epoch[pod] !== epoch) return;
    const identity = pods.identity[pod];
    // A pod that waits at Permit or PreBind is on no node yet: it is turned back, not deleted.
    if (!this.#bindings().turnBack(pod, 'DefaultPreemption', 'preempted')) {
      if ((this.#pods().state[pod] & CONDITION) !== CONDITION) {
        const patched = yield* this.#client.patchPodStatus({ pod, epoch, mask: CONDITION, bits: CONDITION }).wait();
        if (patched < 0) return;
      }
      const deleted = yield* this.#client.deletePod(pod, epoch).wait();
      if (deleted < 0) return;
    }
    this.#events.podEvent('Normal', 'Preempted', `Preempted by pod ${uid} on node %n`, identity, node);
  }

  #remains({ pod, epoch }: Victim): boolean {
    return this.#cache.nodeOf(pod, epoch) >= 0 && !this.#cache.isTerminating(pod);
  }
}
