// What a fault model gets to work with, and what it gives back.
import type { DistributionSpec } from '../lib/distribution.ts';
import type {
  CloudTroubles,
  Machinery,
  NetworkTroubles,
  NodeTroubles,
  ProcessTroubles,
  Slowness,
  WebhookTroubles,
} from '../model/ports/troubles.ts';
import type { ControlPlaneProcesses } from '../model/ports/control-plane-processes.ts';
import type { SpotMarket } from '../model/ports/cloud.ts';
import type { People } from './people.ts';
import type { ClusterState } from '../model/state.ts';
import type { ClusterReader } from './cluster-reader.ts';
import type { Random } from '../engine/random.ts';
import type { NodeRow } from '../model/rows.ts';

/** What a fault holds down: the whole machine, only the kubelet on it, or the way between that and the API server. */
export type Held = 'machine' | 'kubelet' | 'contact';

/** Something that is wrong for a time. */
export interface Strike {
  /** In the events: what is wrong, and where. */
  readonly what: string;
  begin(): void;
  /** Called once. */
  end(): void;
}

/** Takes machines or kubelets down and brings them back when no fault holds them any more. */
export interface Outages {
  /** Holds these nodes down; `forUs` undefined is for the rest of the run. `what` names the fault in the events. */
  hold(nodes: readonly NodeRow[], forUs: number | undefined, what: string, held?: Held): void;
  /** The same without a word in the events: what it gives lets go of the nodes again. */
  grip(nodes: readonly NodeRow[], held: Held): () => void;
  /** Ends what `hold` began without a length. */
  release(nodes: readonly NodeRow[], what: string, held?: Held): void;
  /** Holds a system outside the cluster down: it says nothing, or refuses every connection. */
  holdExternal(host: string, forUs: number | undefined, refuses: boolean): void;
}

/** What else built-in faults act on. */
export interface Powers {
  readonly containers: ProcessTroubles;
  readonly slowness: Slowness;
  readonly nodes: NodeTroubles;
  readonly cloud: CloudTroubles;
  /** Undefined where the input configures no admission webhook. */
  readonly webhooks: WebhookTroubles | undefined;
  readonly people: People;
}

export interface FaultContext {
  /** Of built-in faults; one from outside reads `cluster`. */
  readonly state: ClusterState;
  readonly cluster: ClusterReader;
  readonly machinery: Machinery;
  readonly outages: Outages;
  readonly network: NetworkTroubles;
  /** For built-in faults. */
  readonly powers: Powers;
  /** The systems outside the cluster. */
  readonly hosts: readonly string[];
  /** Machines that their provider may take back. */
  readonly spot: SpotMarket;
  /** Processes of the control plane; none where it cannot die. */
  readonly processes: ControlPlaneProcesses;
  readonly random: Random;
  /** Simulated time in µs. */
  nowUs(): number;
  /** Whether the input has such an object; most are created only when the run begins. */
  knows(kind: string, namespace: string, name: string): boolean;
  /** An alarm of the fault's own: what it gives books a call of `handler` with a number, after a time in µs. */
  alarm(handler: (value: number) => void): (delayUs: number, value: number) => void;
  /** Called for each node that joins from now on. */
  onJoin(handler: (node: NodeRow) => void): void;
  /** Begins now and ends after `forUs`, when the timeline recovers it, or never. Both are events. */
  strike(strike: Strike, forUs: number | undefined): void;
  /** Draws a length in µs. */
  draw(spec: DistributionSpec): number;
  /** Writes a line into the event log: what happened now. */
  announce(message: string): void;
}

/** Where a fault strikes that is scheduled by node or by zone. */
export interface Place {
  readonly node?: NodeRow;
  readonly zone?: string;
}

/** A fault with its arguments, ready to fire, once or again and again; only there, if a place is given. */
export interface Fault {
  fire(place?: Place): void;
}

/** A built-in fault that touches nothing but what is on its nodes: where requests are sampled, all others stay silent. Before others everybody is simulated. */
export interface FaultOfNodes extends Fault {
  /** The nodes that it would strike if it fired now and drew these numbers. */
  strikes(ahead: Random, place?: Place): readonly NodeRow[];
}

/** `count` members drawn without replacement, in the order of the draw. */
export function pick<Row>(random: Random, from: readonly Row[], count: number): Row[] {
  const rest = [...from];
  const picked: Row[] = [];
  while (picked.length < count && rest.length > 0) picked.push(...rest.splice(random.int(rest.length), 1));
  return picked;
}
