// What a member of the family of node autoscalers is: something that looks at the cluster at intervals and asks for machines, or gives them back.
import type { Engine } from '../engine/engine.ts';
import { sleep } from '../engine/script.ts';
import type { CloudProvider } from '../model/ports/cloud.ts';
import type { ClusterSnapshot } from '../model/ports/cluster-snapshot.ts';
import type { Hands, Steps } from './cluster/hands.ts';
import type { KeptNode } from './scale-down/kept-node.ts';

export interface NodeAutoscaler {
  /** Microseconds from the beginning of a loop to that of the next one. */
  readonly intervalUs: number;
  /** One look at the cluster, and what follows from it. What takes time is a generator: `yield*` of a method of `cluster`. */
  loop(): Steps | void;
  /** Why the last loop has left a node where it is, for people; undefined for one that it has not seen. */
  whyKept?(node: string): KeptNode | undefined;
}

export interface NodeAutoscalerContext {
  readonly nowUs: number;
  /** For scripts of its own; plugins have the methods of `cluster`. */
  readonly engine: Engine;
  /** Lists nodes and pods, evicts, taints, and says what happened. */
  readonly cluster: Hands;
  /** The groups of machines, each of which can grow and shrink. */
  readonly provider: CloudProvider;
  /** A picture of the cluster in which pods and nodes are tried out. */
  readonly filters: ClusterSnapshot;
}

/** Loops for ever. A loop that takes longer than the interval delays the next one. */
export function* runLoops(engine: Engine, autoscaler: NodeAutoscaler): Steps {
  for (;;) {
    const nextUs = engine.now + autoscaler.intervalUs;
    const steps = autoscaler.loop();
    if (steps !== undefined) yield* steps;
    yield* sleep(Math.max(0, nextUs - engine.now));
  }
}
