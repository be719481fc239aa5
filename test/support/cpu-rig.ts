// Work on the processors of one node for which pods compete, without anything around it.
import { Compute } from '../../src/compute/compute.ts';
import type { Bandwidth } from '../../src/compute/node-shared/bandwidth.ts';
import { CpuCgroups } from '../../src/compute/node-shared/cpu-cgroups.ts';
import { StandingShares } from '../../src/compute/node-shared/standing-shares.ts';
import type { ContainerCurve } from '../../src/compute/standing-usage.ts';
import { Engine } from '../../src/engine/engine.ts';
import { type PodClass, PodClasses } from '../../src/model/pod-class.ts';
import type { MachineCpus } from '../../src/model/settings/processors.ts';
import type { NodeRow, PodRow } from '../../src/model/rows.ts';

export interface PodCpu {
  readonly request?: string;
  readonly limit?: string;
  readonly curves?: readonly ContainerCurve[];
  /** Requests and limits of further containers. */
  readonly more?: readonly { readonly request?: string; readonly limit?: string }[];
  /** With memory requested and limited alike, so that the pod may be Guaranteed. */
  readonly memory?: boolean;
  readonly node?: number;
}

const NODE = 0 as NodeRow;

export class CpuRig {
  readonly engine: Engine;
  readonly cgroups: CpuCgroups;
  readonly compute: Compute;
  readonly quotas: Bandwidth[] = [];
  readonly done: [work: number, atUs: number][] = [];
  onDone: (work: number) => void = () => undefined;
  readonly #interned = new PodClasses();
  readonly #classes: PodClass[];

  constructor(pods: readonly PodCpu[], machine: Partial<MachineCpus> = {}, seed = 1) {
    this.engine = new Engine({ seed });
    this.#classes = pods.map((pod, index) => this.#classOf(index, pod));
    const settings = { capacityMilli: 1000, speed: 1, systemCpus: 0, staticCpuManager: false, ...machine };
    this.cgroups = new CpuCgroups(this.engine, {
      machine: () => ({ allocatableMilli: settings.capacityMilli, ...settings }),
      podClass: (pod) => this.#classes[pod],
    });
    this.cgroups.limited = (bandwidth) => this.quotas.push(bandwidth);
    const standing = new StandingShares(this.engine, this.cgroups, (pod) => pods[pod].curves ?? []);
    this.compute = new Compute(
      this.engine,
      (work) => {
        this.done.push([work, this.engine.now]);
        this.onDone(work);
      },
      undefined,
      'compute',
      undefined,
      { cgroups: this.cgroups, standing },
    );
    for (const [pod, { node = NODE }] of pods.entries()) this.start(pod, node);
  }

  start(pod: number, node: number = NODE, epoch = 0): void {
    this.compute.open(pod as PodRow, epoch, node as NodeRow, 0, 'nodeShared', 1);
  }

  /** What a kubelet does when it has taken a resize. */
  resize(pod: number, cpu: PodCpu): void {
    this.#classes[pod] = this.#classOf(pod, cpu);
    this.compute.resize(pod as PodRow, this.#classes[pod]);
  }

  #classOf(index: number, pod: PodCpu): PodClass {
    return this.#interned.intern('default', { metadata: { labels: { p: `${index}` } }, spec: specOf(pod) });
  }

  begin(pod: number, work: number, workUs: number, cpuUs = -1): void {
    this.compute.begin(pod as PodRow, work, workUs, cpuUs);
  }

  usedUs(pod: number): number {
    return this.compute.podUs(pod as PodRow, 0);
  }
}

function specOf({ request, limit, more = [], memory = false }: PodCpu) {
  const containers = [{ request, limit }, ...more].map((one, index) => ({
    name: `c${index}`,
    image: `i${index}`,
    resources: {
      ...(one.request === undefined && !memory
        ? {}
        : {
            requests: {
              ...(one.request === undefined ? {} : { cpu: one.request }),
              ...(memory ? { memory: '1Gi' } : {}),
            },
          }),
      ...(one.limit === undefined && !memory
        ? {}
        : { limits: { ...(one.limit === undefined ? {} : { cpu: one.limit }), ...(memory ? { memory: '1Gi' } : {}) } }),
    },
  }));
  return { containers };
}
