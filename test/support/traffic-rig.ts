// Traffic on a cluster without a control plane: Services with pods that run from the start, endpoints committed by hand.
import { Compute } from '../../src/compute/compute.ts';
import { CpuCgroups } from '../../src/compute/node-shared/cpu-cgroups.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { PodExits } from '../../src/model/ports/processes.ts';
import { ClusterState, REGION_LABEL, ZONE_LABEL } from '../../src/model/state.ts';
import { Network } from '../../src/network/network.ts';
import type { NetworkSettings } from '../../src/network/settings.ts';
import type { BehaviorSpec, CallSpec, SourceSpec } from '../../src/model/settings/traffic.ts';
import type { TrafficSettings } from '../../src/traffic/settings.ts';
import { Traffic } from '../../src/traffic/traffic.ts';
import { worksBeside } from '../../src/traffic/work-beside.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../src/model/rows.ts';
import { sliceOf } from './slices.ts';

const ZERO = { type: 'constant', value: 0 } as const;

/** The preset `ideal`: nothing takes time. */
export const idealNetwork: NetworkSettings = {
  links: { sameNode: ZERO, sameZone: ZERO, otherZone: ZERO, otherRegion: ZERO, client: ZERO },
  kubeProxy: { minSyncPeriodUs: 0, syncFixedUs: 0, syncPerEndpointUs: 0, syncPerServiceUs: 0 },
  loadBalancer: {
    checkPeriodUs: 1e6,
    unhealthyThreshold: 1,
    healthyThreshold: 1,
    crossZone: true,
    deregistrationDelayUs: Infinity,
    unhealthyDelayUs: 0,
  },
  watchDelivery: ZERO,
  balancer: { name: 'Random', args: {} },
  balancers: [],
};

/** Links with the delays of a scenario that says nothing about them. */
export const realLinks = {
  sameNode: { type: 'lognormal', median: 30, sigma: 0.25 },
  sameZone: { type: 'lognormal', median: 150, sigma: 0.25 },
  otherZone: { type: 'lognormal', median: 600, sigma: 0.25 },
  otherRegion: { type: 'lognormal', median: 30_000, sigma: 0.25 },
  client: { type: 'lognormal', median: 8000, sigma: 0.4 },
} as const;

export function behavior(
  image: string,
  requests: Partial<BehaviorSpec['requests']>,
  calls: readonly CallSpec[] = [],
): BehaviorSpec {
  return {
    image,
    requests: {
      service: { type: 'exponential', mean: 10_000 },
      concurrency: 1,
      queue: 1e9,
      cpuUs: undefined,
      errorRate: 0,
      order: 'firstComeFirstServed',
      compute: 'dedicated',
      processors: 1,
      ...requests,
    },
    calls,
    policies: [],
  };
}

export function call(name: string, more: Partial<CallSpec> = {}): CallSpec {
  return {
    service: { namespace: undefined, name },
    count: 1,
    probability: 1,
    parallel: false,
    timeoutUs: 0,
    retries: { max: 0, backoffUs: 0, jitter: 0 },
    priority: 0,
    policies: [],
    ...more,
  };
}

export function source(name: string, to: string, rate: string, more: Partial<SourceSpec> = {}): SourceSpec {
  return {
    name,
    to: { namespace: 'default', name: to },
    arrivals: { name: 'poisson', args: { rate } },
    timeoutUs: 0,
    retries: { max: 0, backoffUs: 0, jitter: 0 },
    priority: 0,
    policies: [],
    clients: 1,
    request: { outside: true, host: '', method: 'GET', path: '/', headers: {}, cookies: {} },
    portForward: false,
    startUs: 0,
    stopUs: Number.POSITIVE_INFINITY,
    ...more,
  };
}

export interface RigOptions {
  readonly seed?: number | string;
  readonly nodes?: number;
  readonly zones?: number;
  /** Services by name and their number of pods; the pods of Service `x` run image `x`, and pod i is on node i modulo the nodes. */
  readonly services: Readonly<Record<string, number>>;
  readonly behaviors: readonly BehaviorSpec[];
  readonly traffic: readonly SourceSpec[];
  readonly network?: Partial<NetworkSettings>;
  readonly messageQueues?: TrafficSettings['messageQueues'];
  /** Policies of everybody who calls a Service. */
  readonly routePolicies?: TrafficSettings['routePolicies'];
  /** Requests may be copied. */
  readonly mirrors?: boolean;
}

export class TrafficRig implements PodExits {
  readonly engine: Engine;
  readonly state: ClusterState;
  readonly network: Network;
  readonly compute: Compute;
  readonly traffic: Traffic;
  /** Pods by Service, and the Service's object row. */
  readonly pods = new Map<string, number[]>();
  readonly rows = new Map<string, number>();
  /** Pods that reported that they hold nothing, and when. */
  readonly drainedAt = new Map<number, number>();

  constructor(options: RigOptions) {
    const seed = options.seed ?? 1;
    this.engine = new Engine({ seed });
    this.state = new ClusterState(String(seed));
    const settings: TrafficSettings = {
      behaviors: options.behaviors,
      defaultBehavior: behavior('*', {
        service: { type: 'lognormal', median: 5000, sigma: 0.5 },
        concurrency: 16,
        queue: 128,
      }),
      traffic: options.traffic,
      routePolicies: options.routePolicies ?? [],
      timeoutWithoutLimitUs: 127e6,
      requestsHoldMemory: false,
      messageQueues: options.messageQueues,
      mirrors: options.mirrors ?? false,
    };
    this.network = new Network(this.engine, this.state, { ...idealNetwork, ...options.network });
    const cgroups = new CpuCgroups(this.engine, {
      machine: () => ({
        capacityMilli: 3000,
        allocatableMilli: 3000,
        speed: 1,
        systemCpus: 0,
        staticCpuManager: false,
      }),
      podClass: (pod) => this.traffic.containers.classOf(pod),
    });
    this.compute = new Compute(
      this.engine,
      (work) => {
        if (worksBeside(settings)) this.traffic.workBeside[0].done(work);
        else if (this.traffic.work === undefined) this.traffic.serving.worked(work);
        else this.traffic.work.done(work);
      },
      undefined,
      undefined,
      undefined,
      { cgroups, standing: undefined },
    );
    this.traffic = new Traffic(this.engine, this.state, this.network, this.compute, settings, this);
    this.network.watchLoads({ held: (pod) => this.traffic.containers.heldIn(pod) });
    for (let node = 0 as NodeRow; node < (options.nodes ?? 1); node = (node + 1) as NodeRow)
      this.#addNode(node, options.zones ?? 1);
    for (const [name, count] of Object.entries(options.services)) this.#addService(name, count);
  }

  holdsMore(): void {
    // Nothing is limited.
  }

  drained(pod: PodRow): void {
    this.drainedAt.set(pod, this.engine.now);
  }

  /** Commits a version of a Service's endpoints: these pods, all ready. */
  publish(service: string, pods: readonly number[]): void {
    const { state, engine } = this;
    const slice = sliceOf({
      pods,
      epochs: pods.map((pod) => state.pods.epoch[pod]),
      nodes: pods.map((pod) => state.pods.node[pod]),
      classes: pods.map((pod) => state.pods.podClass[pod]),
    });
    state.endpoints.commit((this.rows.get(service) ?? -1) as ObjectRow, slice, 1, engine.now);
  }

  kill(pod: PodRow): void {
    this.state.machines.listening[pod] = 0;
    this.traffic.killed(pod, this.state.pods.epoch[pod], 0);
  }

  terminate(pod: PodRow): void {
    this.state.machines.listening[pod] = 0;
    this.traffic.terminate(pod, this.state.pods.epoch[pod], 0);
  }

  start(pod: PodRow): void {
    const { pods, machines, classes } = this.state;
    machines.listen(pod, pods.epoch[pod], undefined);
    this.traffic.started(pod, pods.epoch[pod], 0, classes.get(pods.podClass[pod]));
  }

  crashNode(node: NodeRow): void {
    const { machines, pods } = this.state;
    machines.nodeUp[node] = 0;
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
      if (pods.node[pod] === node) machines.listening[pod] = 0;
    this.traffic.nodeDown(node);
  }

  #addNode(index: number, zones: number): void {
    const labels = { [REGION_LABEL]: 'r', [ZONE_LABEL]: `z${index % zones}` };
    const capacity = { cpu: 1e6, memory: 2 ** 40, pods: 1e6 };
    const spec = {
      name: `node-${index}`,
      labels,
      taints: [],
      unschedulable: false,
      capacity,
      allocatable: capacity,
      hourlyCost: 0,
    };
    this.state.addNode(spec, 0);
  }

  #addService(name: string, count: number): void {
    const { state } = this;
    const object = { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' } };
    this.rows.set(name, state.objects.add(object, -1, 0));
    const podClass = state.classes.intern('default', { spec: { containers: [{ name, image: name }] } });
    const pods: number[] = [];
    for (let i = 0; i < count; i += 1) {
      const pod = state.allocatePod();
      state.pods.podClass[pod] = podClass.id;
      state.pods.node[pod] = (i % state.nodes.length) as NodeRow;
      state.pods.identity[pod] = state.identities.apart('default', `${name}-${i}`);
      pods.push(pod);
      this.start(pod);
    }
    this.pods.set(name, pods);
    this.publish(name, pods);
  }
}
