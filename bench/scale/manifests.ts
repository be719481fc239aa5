// Generated input of `workloads.ts`: a scenario of 5,000 nodes, and objects of each kind that ask for a given number of pods.

export interface Objects {
  readonly objects: readonly object[];
  /** Pods that run in the end, and pods that have succeeded. */
  readonly running: number;
  readonly succeeded: number;
}

const POOLS = 20;
const NODES_OF_A_POOL = 250;
export const NODES = POOLS * NODES_OF_A_POOL;

/** Objects are numbered; every tenth asks for the same. */
const app = (kind: string, i: number) => ({ name: `${kind}-${i}`, labels: { app: `${kind}-${i}` } });

const container = (i: number) => ({
  name: 'app',
  image: `example/app-${i % 10}`,
  resources: { requests: { cpu: `${100 + 10 * (i % 10)}m`, memory: `${128 + 16 * (i % 10)}Mi` } },
});

function workload(kind: string, metadata: ReturnType<typeof app>, spec: object, podSpec: object): object {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name: metadata.name },
    spec: {
      ...spec,
      selector: { matchLabels: metadata.labels },
      template: { metadata: { labels: metadata.labels }, spec: podSpec },
    },
  };
}

export function deployments(name: string, count: number, replicas: number): Objects {
  const objects = Array.from({ length: count }, (_, i) =>
    workload('Deployment', app(name, i), { replicas }, { containers: [container(i)] }),
  );
  return { objects, running: count * replicas, succeeded: 0 };
}

/** Each with its headless Service; ordinal after ordinal, as is the default. */
export function statefulSets(count: number, replicas: number): Objects {
  const objects = Array.from({ length: count }, (_, i) => {
    const { name, labels } = app('set', i);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { clusterIP: 'None', selector: labels, ports: [{ port: 80 }] },
    };
    const spec = { replicas, serviceName: name };
    return [service, workload('StatefulSet', { name, labels }, spec, { containers: [container(i)] })];
  });
  return { objects: objects.flat(), running: count * replicas, succeeded: 0 };
}

/** The agents of a pool, as many on each pool: a node has room for 110 pods, not for 200 agents. */
export function daemonSets(count: number): Objects {
  const objects = Array.from({ length: count }, (_, i) => {
    const nodeSelector = { 'wavetank/pool': `pool-${i % POOLS}` };
    return workload('DaemonSet', app('agent', i), {}, { nodeSelector, containers: [container(i)] });
  });
  return { objects, running: count * NODES_OF_A_POOL, succeeded: 0 };
}

/** Each is due once, between the sixth and the tenth minute: by then kubectl has created all of them, at 50 a second. */
export function cronJobs(count: number): Objects {
  const objects = Array.from({ length: count }, (_, i) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: app('cron', i).name },
    spec: {
      schedule: `${6 + (i % 5)} * * * *`,
      jobTemplate: {
        spec: {
          template: {
            spec: { restartPolicy: 'Never', containers: [{ ...container(i), image: 'example/batch' }] },
          },
        },
      },
    },
  }));
  return { objects, running: 0, succeeded: count };
}

export function together(...parts: readonly Objects[]): Objects {
  return {
    objects: parts.flatMap(({ objects }) => objects),
    running: parts.reduce((sum, { running }) => sum + running, 0),
    succeeded: parts.reduce((sum, { succeeded }) => sum + succeeded, 0),
  };
}

/** The text of a scenario with these objects; every document is JSON, which is YAML too. */
export function scenarioText({ objects }: Objects): string {
  const nodePools = Array.from({ length: POOLS }, (_, i) => ({
    name: `pool-${i}`,
    count: NODES_OF_A_POOL,
    zones: ['a', 'b', 'c'],
    labels: { 'wavetank/pool': `pool-${i}` },
    capacity: { cpu: 8, memory: '32Gi', pods: 110 },
  }));
  const scenario = {
    apiVersion: 'wavetank/v1',
    kind: 'Scenario',
    metadata: { name: 'workloads' },
    spec: {
      duration: '1d',
      interval: '1m',
      cluster: { nodePools },
      // As scheduler_perf sets them: the algorithm is measured, not the rate limit.
      controlPlane: { clients: { controllers: { qps: 5000, burst: 5000 }, scheduler: { qps: 5000, burst: 5000 } } },
      kubelet: { cachedImages: ['*'] },
      behaviors: [{ image: 'example/batch', run: { length: '10s' } }],
    },
  };
  return [scenario, ...objects].map((document) => JSON.stringify(document)).join('\n---\n');
}
