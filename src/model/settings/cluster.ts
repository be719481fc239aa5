// The nodes of a scenario: pools of them, and what each has. CPU in thousandths of a core, sizes in bytes.

import type { Steps } from './costs.ts';
import type { NodeGroupSettings, SpotSettings } from './node-groups.ts';

export interface NodeResources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly pods: number;
  /** Whole units of everything else: `nvidia.com/gpu`, `hugepages-2Mi`. */
  readonly extended: Readonly<Record<string, number>>;
}

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** Nodes of one make, named `<name>-0`, `<name>-1`, …; node i is in zone i modulo the number of zones. */
export interface NodePool {
  readonly name: string;
  readonly count: number;
  readonly zones: readonly string[];
  readonly region: string;
  readonly capacity: NodeResources;
  /** Capacity less system reserve and hard eviction thresholds. */
  readonly allocatable: NodeResources;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Currency units per node and hour. */
  readonly hourlyCost: number;
  /** Watts of a node by its utilisation, evenly spaced from 0 to 1; absent where nobody asks. */
  readonly power?: readonly number[] | undefined;
  /** How the pool can change; it keeps its size without. */
  readonly autoscaling?: NodeGroupSettings | undefined;
  /** Its machines may be taken back. */
  readonly spot?: SpotSettings | undefined;
  /** Labels wavetank/speed and wavetank/system-cpu. */
  readonly speed?: number | undefined;
  readonly systemCpuMilli?: number | undefined;
  /** Of its capacity, for the system. */
  readonly reservedCpuMilli?: number | undefined;
  /** Label node.kubernetes.io/instance-type. */
  readonly instanceType?: string | undefined;
}

export interface ClusterSettings {
  /** Of Kubernetes: `1.36`. */
  readonly version: string;
  readonly nodePools: readonly NodePool[];
  /** By region, g/kWh; absent where nobody asks. */
  readonly carbonIntensity?: Steps | undefined;
}
