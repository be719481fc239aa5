// The scenarios of the models, as documents: pods as queues, a fleet of machines that fail, and calls that fan out.
import type { LoadedScenario } from '../../src/scenario/scenario.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';

/** Theory's unit of time: the mean service time. */
export const UNIT_US = 100_000;

/** When requests begin: long after all pods are ready. */
export const START_US = 10_000_000;

type Json = unknown;

export interface SourceOptions {
  readonly name: string;
  /** Per unit of time. */
  readonly rate: number;
  readonly priority?: number;
  /** The distribution of the gaps, where they are not exponential. */
  readonly gap?: Json;
  readonly retries?: number;
  /** Who wait for their answers. With a number of them nobody else comes; else `rate` is how many come. */
  readonly users?: Readonly<Record<string, Json>>;
  /** Kinds of its requests, as a source of a scenario has them. */
  readonly classes?: readonly Json[];
}

export interface Station {
  readonly pods: number;
  /** Requests that a pod serves at a time. */
  readonly slots: number;
  /** Those that may wait. */
  readonly room: number;
  /** The distribution of the work. */
  readonly service: Json;
  readonly sources: readonly SourceOptions[];
  readonly balancer?: Json;
  readonly order?: string;
  readonly compute?: string;
  readonly errorRate?: number;
  /** A second Service like the first, with this work. */
  readonly second?: Json;
  /** Calls that each request makes at once to a second Service, whose pod serves any number of them with this work. */
  readonly fan?: { readonly count: number; readonly service: Json; readonly errorRate?: number };
}

/** So many that nobody ever waits or is turned away. */
export const MANY = 1_000_000_000;

/** A duration in units of theory's time. */
export function time(units: number): string {
  return `${Math.round(units * UNIT_US)}us`;
}

export function exponential(mean = 1): Json {
  return { exponential: { mean: time(mean) } };
}

/** By its squared coefficient of variation: mean·exp(-sigma²/2) is the median. */
export function lognormal(scv: number, mean = 1): Json {
  const variance = Math.log(1 + scv);
  return { lognormal: { median: time(mean * Math.exp(-variance / 2)), sigma: Math.sqrt(variance) } };
}

/** Loads a station: `stretch` makes all work longer than the theory has it. */
export function station(name: string, of: Station): LoadedScenario {
  const traffic = of.sources.map(({ name: source, rate, priority = 0, gap, retries = 0, users, classes }) => ({
    name: source,
    to: 'queue',
    ...(users?.['count'] === undefined
      ? { arrivals: gap === undefined ? { poisson: { rate: perSecond(rate) } } : { renewal: { gap } } }
      : {}),
    ...(users === undefined ? {} : { users }),
    ...(classes === undefined ? {} : { classes }),
    start: `${START_US}us`,
    timeout: 0,
    priority,
    retries: { max: retries, backoff: '1ms' },
  }));
  const requests = {
    service: of.service,
    concurrency: of.slots,
    queue: of.room,
    order: of.order ?? 'firstComeFirstServed',
    compute: of.compute ?? 'dedicated',
    errorRate: of.errorRate ?? 0,
  };
  const behaviors: Json[] = [
    {
      image: 'queue',
      requests,
      calls: of.fan === undefined ? [] : [{ service: 'fan', count: of.fan.count, parallel: true, timeout: 0 }],
    },
  ];
  if (of.second !== undefined) behaviors.push({ image: 'second', requests: { ...requests, service: of.second } });
  if (of.fan !== undefined) {
    const { service, errorRate = 0 } = of.fan;
    behaviors.push({ image: 'fan', requests: { service, concurrency: MANY, queue: 0, errorRate } });
  }
  const objects = [
    ...workload('queue', of.pods),
    ...(of.second === undefined ? [] : workload('second', 1)),
    ...(of.fan === undefined ? [] : workload('fan', 1)),
  ];
  return load(name, { network: { balancer: of.balancer ?? 'Random' }, behaviors, traffic }, 1, objects);
}

export interface Fleet {
  readonly machines: number;
  readonly up: number;
  readonly repair: number;
  readonly crews: number | undefined;
}

/** Loads a fleet of machines that fail and are repaired. Its unit of time is an hour, which is simulated as `UNIT_US`. */
export function fleet(name: string, { machines, up, repair, crews }: Fleet): LoadedScenario {
  const failures = { up: exponential(up), repair: exponential(repair), ...(crews === undefined ? {} : { crews }) };
  return load(name, { timeline: [{ at: 0, fault: { NodeFailures: failures } }] }, machines, []);
}

function perSecond(perUnit: number): string {
  return `${((perUnit * 1e6) / UNIT_US).toFixed(9)}/s`;
}

const FOR_EVER = '20000d';

function load(
  name: string,
  spec: Readonly<Record<string, Json>>,
  machines: number,
  objects: readonly Json[],
): LoadedScenario {
  const scenario = {
    apiVersion: 'wavetank/v1',
    kind: 'Scenario',
    metadata: { name: 'theory' },
    spec: {
      preset: 'ideal',
      duration: FOR_EVER,
      interval: FOR_EVER,
      cluster: {
        nodePools: [{ name: 'node', count: machines, capacity: { cpu: 100_000, memory: '100Ti', pods: 100_000 } }],
      },
      // The health of nodes is looked at all the time in vain.
      controlPlane: { controllers: { nodeMonitorPeriod: FOR_EVER, nodeMonitorGracePeriod: FOR_EVER } },
      ...spec,
    },
  };
  const text = [scenario, ...objects].map((one) => JSON.stringify(one)).join('\n---\n');
  return loadScenario([{ file: `${name}.yaml`, text }], { families: familySchemas(builtInFamilies) });
}

function workload(name: string, replicas: number): Json[] {
  const labels = { app: name };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name, image: name }] } },
      },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } },
  ];
}
