// A made-up job that looks like losing a zone in the middle of a rollout, for the report's tests. Nothing here is simulated.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../src/metrics/catalogue.ts';
import type { Row } from '../../src/metrics/catalogue.ts';
import { openResults } from '../../src/results/writer.ts';
import type { RunRecord } from '../../src/results/run-record.ts';

export interface Shape {
  readonly minutes: number;
  readonly stepSeconds: number;
  readonly nodes: number;
  readonly services: readonly string[];
  readonly seed: number;
  /** Put into every name and message, to see that it stays text. */
  readonly hostile: string;
  readonly traffic: boolean;
}

const SHOP = [
  'frontend',
  'cart',
  'catalog',
  'checkout',
  'payment',
  'shipping',
  'currency',
  'email',
  'recommendation',
  'ads',
  'search',
  'users',
];

export const zoneLoss: Shape = {
  minutes: 20,
  stepSeconds: 10,
  nodes: 60,
  services: SHOP,
  seed: 1,
  hostile: '',
  traffic: true,
};

const FAULT = { from: 420, dropped: 475, evicted: 760, healed: 1020 };
const ROLLOUT = { from: 300, to: 840 };

/** Writes the job into a new temporary folder, or the given one, and returns the folder. */
export function writeSynthetic(shape: Partial<Shape> = {}, into?: string): string {
  const full = { ...zoneLoss, ...shape };
  const folder = into ?? join(mkdtempSync(join(tmpdir(), 'wavetank-report-')), 'zone-loss', `seed-${full.seed}`);
  const writer = openResults(folder);
  const noise = noises(full.seed);
  const times = Array.from(
    { length: Math.round((full.minutes * 60) / full.stepSeconds) },
    (_, at) => (at + 1) * full.stepSeconds,
  );
  writer.write('summary', [summaryRow(full)]);
  writer.write(
    'series',
    times.map((time) => seriesRow(full, time, noise)),
  );
  writer.write(
    'services',
    times.flatMap((time) => serviceRows(full, time, noise)),
  );
  writer.write(
    'revisions',
    times.flatMap((time) => revisionRows(full, time)),
  );
  writer.write('revisionRequests', full.traffic ? times.flatMap((time) => revisionRequestRows(full, time, noise)) : []);
  writer.write(
    'nodes',
    times.flatMap((time) => nodeRows(full, time, noise)),
  );
  writer.write(
    'autoscalers',
    times.map((time) => autoscalerRow(full, time, noise)),
  );
  writer.write(
    'nodepools',
    times.flatMap((time) => nodePoolRows(full, time)),
  );
  writer.write(
    'recommendations',
    times.flatMap((time) => recommendationRows(full, time)),
  );
  writer.write(
    'pressure',
    times.flatMap((time) => pressureRows(full, time)),
  );
  writer.write('ordinals', ordinalRows(full));
  writer.write(
    'workloads',
    times.flatMap((time) => workloadRows(full, time)),
  );
  writer.write('batch', batchRows(full));
  writer.write(
    'queues',
    times.flatMap((time) => queueRows(full, time)),
  );
  writer.write(
    'quotas',
    times.flatMap((time) => quotaRows(full, time)),
  );
  writer.write('leaders', leaderRows());
  writer.write('etcd', times.map(etcdRow));
  writer.write('classes', full.traffic ? times.flatMap((time) => classRows(full, time)) : []);
  writer.write('caches', full.traffic ? times.flatMap((time) => cacheRows(full, time)) : []);
  writer.write('databases', full.traffic ? times.flatMap((time) => databaseRows(full, time)) : []);
  writer.write('messages', full.traffic ? times.flatMap((time) => messageRows(full, time)) : []);
  writer.write('users', full.traffic ? times.flatMap((time) => userRows(full, time)) : []);
  writer.write('dns', full.traffic ? times.map(nameRow) : []);
  writer.write('connections', full.traffic ? times.map(connectionRow) : []);
  writer.write('endpoints', full.traffic ? times.flatMap(endpointRows) : []);
  writer.write('conntrack', full.traffic ? times.map(conntrackRow) : []);
  writer.write('snat', full.traffic ? times.map(snatRow) : []);
  writer.write('gateways', full.traffic ? times.map(gatewayRow) : []);
  writer.write('mesh', full.traffic ? times.map(meshRow) : []);
  writer.write(
    'costs',
    times.flatMap((time) => costRows(full, time)),
  );
  writer.write('egress', full.traffic ? times.flatMap(egressRows) : []);
  writer.write('denials', full.traffic ? times.map(denialRow) : []);
  writer.write('regimes', full.traffic ? times.flatMap(regimeRowsAt) : []);
  writer.write(
    'levels',
    times.flatMap((time) => levelRows(full, time)),
  );
  writer.write(
    'training',
    times.flatMap((time) => trainingRows(full, time)),
  );
  writer.write(
    'throttling',
    times.flatMap((time) => throttlingRows(full, time)),
  );
  writer.write(
    'policies',
    times.flatMap((time) => policyRows(full, time)),
  );
  if (full.traffic) {
    writer.write(
      'edges',
      times.flatMap((time) => edgeRows(full, time)),
    );
    writer.write(
      'breakdown',
      times.flatMap((time) => breakdownRows(full, time)),
    );
    writer.write('criticalPath', criticalPathRows(full));
    writer.write(
      'saturation',
      times.flatMap((time) => saturationRows(full, time)),
    );
  }
  writer.write('events', eventRows(full));
  writer.complete(runRecord(full));
  return folder;
}

function noises(seed: number): () => number {
  let state = seed * 7919 + 1;
  return () => {
    state = Math.imul(state, 1_664_525) + 1_013_904_223;
    return ((state >>> 8) / 2 ** 24) * 2 - 1;
  };
}

const zeros = (columns: object) => Object.fromEntries(Object.keys(columns).map((name) => [name, 0]));
const within = (time: number, from: number, to: number) => time > from && time <= to;
const ramp = (time: number, from: number, to: number) => Math.min(1, Math.max(0, (time - from) / (to - from)));

/** How bad it is at a time: 1 while dead endpoints still get requests, a little while replacements start, else 0. */
function hurt(time: number): number {
  if (within(time, FAULT.from, FAULT.dropped)) return 1;
  if (within(time, FAULT.dropped, FAULT.evicted)) return 0.12;
  if (within(time, FAULT.evicted, FAULT.evicted + 60))
    return 0.12 * (1 - ramp(time, FAULT.evicted, FAULT.evicted + 60));
  return 0;
}

function durations(scale: number, time: number, noise: () => number) {
  const bad = hurt(time);
  const wobble = 1 + 0.05 * noise();
  return {
    request_duration_seconds_mean: scale * 0.05 * wobble * (1 + 4 * bad),
    request_duration_seconds_p50: scale * 0.042 * wobble * (1 + 0.4 * bad),
    request_duration_seconds_p90: scale * 0.088 * wobble * (1 + 6 * bad),
    request_duration_seconds_p99: Math.min(2, scale * 0.17 * (1 + 0.1 * noise()) * (1 + 14 * bad)),
    request_duration_seconds_p999: Math.min(2, scale * 0.34 * (1 + 0.25 * noise()) * (1 + 20 * bad)),
  };
}

function seriesRow(shape: Shape, time: number, noise: () => number): Row<'series'> {
  const row = zeros(catalogue.series.columns) as Row<'series'>;
  const pods = shape.services.length * 10;
  const lost = within(time, FAULT.from, FAULT.healed);
  const terminating = within(time, FAULT.evicted, FAULT.healed)
    ? Math.round(pods / 3)
    : within(time, ROLLOUT.from, ROLLOUT.to)
      ? 2
      : 0;
  const starting = within(time, FAULT.evicted, FAULT.evicted + 40) ? Math.round(pods / 3) : 0;
  const state = {
    time_seconds: time,
    kube_pod_status_phase_pending: time <= 20 ? pods - 40 * (time / 10) + 10 : starting,
    kube_pod_status_phase_running: time <= 20 ? 40 * (time / 10) - 10 : pods - starting,
    pods_terminating: terminating,
    kube_pod_status_ready: time <= 30 ? 0 : pods - (lost ? Math.round(pods / 3) * (time > FAULT.dropped ? 1 : 0) : 0),
    kube_node_status_ready: shape.nodes - (within(time, FAULT.dropped, FAULT.healed) ? Math.floor(shape.nodes / 3) : 0),
    apiserver_writes_per_second: 12 + 3 * noise() + (starting > 0 ? 45 : 0) + (time <= 30 ? 60 : 0),
    scheduler_pending_pods_active: time <= 20 ? 60 - time * 2 : starting / 4,
    scheduler_pending_pods_backoff: within(time, FAULT.evicted, FAULT.evicted + 60) ? 6 : 0,
    scheduler_pending_pods_unschedulable: within(time, FAULT.evicted, FAULT.healed) ? 9 : 0,
    cpu_requested_ratio: time <= 20 ? 0.2 : 0.55,
    memory_requested_ratio: time <= 20 ? 0.15 : 0.41,
  };
  const integers = Object.fromEntries(
    Object.entries(state).map(([name, value]) => [
      name,
      /ratio|per_second|time/.test(name) ? value : Math.max(0, Math.round(value)),
    ]),
  );
  if (!shape.traffic) {
    const empty = { requests_error_ratio: null, ...noDurations };
    return Object.assign(row, empty, integers);
  }
  const rate = 500 * (1 + 0.03 * noise());
  const bad = hurt(time);
  const requests = Math.round(rate * shape.stepSeconds);
  const timeouts = Math.round(requests * 0.22 * bad * (1 + 0.1 * noise()));
  const refused = Math.round(requests * (within(time, ROLLOUT.from, ROLLOUT.to) ? 0.002 : 0) * (1 + noise()));
  const overload = Math.round(requests * (bad > 0 && bad < 1 ? 0.02 : 0) * (1 + 0.4 * noise()));
  const errors = Math.round(requests * 0.0005 * (1 + noise()));
  const failed = timeouts + refused + overload + errors;
  return Object.assign(row, integers, durations(1, time, noise), {
    requests,
    requests_completed: requests - failed,
    requests_failed: failed,
    requests_timeout: timeouts,
    requests_refused: refused,
    requests_overload: overload,
    requests_error: errors,
    requests_in_flight: Math.round(25 + 400 * bad),
    requests_error_ratio: failed / requests,
    requests_per_second: requests / shape.stepSeconds,
    calls_per_second: rate * 10.2,
    // The shop recommends by GPU.
    gpu_allocated_ratio: time <= 20 ? 0.1 : 0.62,
    gpu_fragmented_ratio: 0.3 + 0.02 * noise(),
  });
}

const noDurations = {
  request_duration_seconds_mean: null,
  request_duration_seconds_p50: null,
  request_duration_seconds_p90: null,
  request_duration_seconds_p99: null,
  request_duration_seconds_p999: null,
};

function serviceRows(shape: Shape, time: number, noise: () => number): Row<'services'>[] {
  if (!shape.traffic) return [];
  return shape.services.map((service, at) => {
    const requests = Math.round((5000 / (at + 1)) * (1 + 0.04 * noise()));
    const weight = at % 4 === 0 ? 1 : 0.25;
    return Object.assign(durations(0.08 + 0.5 / (at + 1), time, noise), {
      time_seconds: time,
      namespace: 'shop',
      service: service + shape.hostile,
      requests,
      errors: Math.round(requests * (0.0006 * (1 + noise()) + 0.22 * hurt(time) * weight)),
    });
  });
}

function revisionRows(shape: Shape, time: number): Row<'revisions'>[] {
  return shape.services.flatMap((service, at) => {
    const rolled = at < 3 ? ramp(time, ROLLOUT.from + at * 60, ROLLOUT.to - at * 90) : 0;
    const lost = within(time, FAULT.dropped, FAULT.evicted + 60) ? 2 / 3 : 1;
    const fresh = Math.round(10 * rolled);
    const old = time <= 20 ? 5 : rolled === 1 ? 0 : 10 - fresh + (rolled > 0 ? 1 : 0);
    return [
      { revision: 1, replicas: old },
      { revision: 2, replicas: fresh },
    ]
      .filter(({ replicas }) => replicas > 0)
      .map(({ revision, replicas }) => ({
        time_seconds: time,
        namespace: 'shop',
        deployment: service + shape.hostile,
        revision,
        replicaset: `${service}-${revision === 1 ? '5d9c7b6f8' : '7c4f9d5b6'}`,
        kube_replicaset_status_replicas: replicas,
        kube_replicaset_status_ready_replicas: time <= 30 ? 0 : Math.round(replicas * lost),
      }));
  });
}

function revisionRequestRows(shape: Shape, time: number, noise: () => number): Row<'revisionRequests'>[] {
  return shape.services.slice(0, 3).flatMap((service, at) => {
    const rolled = ramp(time, ROLLOUT.from + at * 60, ROLLOUT.to - at * 90);
    return [
      { revision: 1, share: 1 - rolled },
      { revision: 2, share: rolled },
    ]
      .filter(({ share }) => share > 0)
      .map(({ revision, share }) => ({
        time_seconds: time,
        namespace: 'shop',
        kind: 'Deployment',
        workload: service + shape.hostile,
        revision,
        pod_template_hash: revision === 1 ? '5d9c7b6f8' : '7c4f9d5b6',
        requests: Math.round(500 * share),
        errors: Math.round(500 * share * 0.2 * hurt(time)),
        new_users: 0,
        ...durations(0.3, time, noise),
      }));
  });
}

function recommendationRows(shape: Shape, time: number): Row<'recommendations'>[] {
  const known = time > 120;
  return (['cpu', 'memory'] as const).map((resource) => {
    const unit = resource === 'cpu' ? 1 : 2 ** 30;
    return {
      time_seconds: time,
      namespace: 'shop',
      name: `cart${shape.hostile}`,
      container: `main${shape.hostile}`,
      resource,
      pods: 4,
      lower_bound: known ? 0.4 * unit : null,
      target: known ? 0.5 * unit : null,
      upper_bound: known ? 5 * unit : null,
      requested: (time > 180 ? 0.5 : 0.1) * unit,
      used: 0.42 * unit,
    };
  });
}

/** A node that fills until one of its pods is evicted, and another one whose disk does. */
function pressureRows(shape: Shape, time: number): Row<'pressure'>[] {
  const row = (node: string, signal: string, used: number): Row<'pressure'> => ({
    time_seconds: time,
    node: node + shape.hostile,
    signal,
    capacity_bytes: 2 ** 34,
    available_bytes: 2 ** 34 * (1 - used),
    threshold_bytes: 2 ** 34 * 0.1,
    kube_node_status_pressure: used > 0.9 ? 1 : 0,
  });
  const filled = (time % 400) / 400;
  return [row('node-1', 'memory', filled), row('node-1', 'nodefs', 0.4), row('node-2', 'nodefs', 0.3 + filled / 2)];
}

/** A StatefulSet that is updated in the middle, the highest ordinal first. */
/** An agent on every node, which is updated during the rollout. */
function workloadRows(shape: Shape, time: number): Row<'workloads'>[] {
  const desired = 12;
  const updated = Math.round(desired * ramp(time, ROLLOUT.from, ROLLOUT.to));
  const ready = time <= 30 ? 0 : updated > 0 && updated < desired ? desired - 1 : desired;
  const name = `agent${shape.hostile}`;
  const newest = time < ROLLOUT.from ? desired : updated;
  const counts = { desired, current: desired, ready, updated: newest, available: ready };
  return [{ time_seconds: time, kind: 'DaemonSet', namespace: 'shop', name, ...counts }];
}

function ordinalRows(shape: Shape): Row<'ordinals'>[] {
  const duration = shape.minutes * 60;
  return Array.from({ length: 30 }, (_, ordinal) => {
    const updated = duration * (0.8 - ordinal / 100);
    const row = (revision: number, state: string, from: number, to: number): Row<'ordinals'> => ({
      namespace: 'shop',
      statefulset: `db${shape.hostile}`,
      ordinal,
      uid: `${ordinal}-${revision}`,
      revision,
      pod_template_hash: `db${shape.hostile}-${revision}`,
      state,
      from_seconds: from,
      to_seconds: to,
    });
    const began = ordinal * 10;
    return [
      row(1, 'Pending', began, began + 4),
      row(1, 'NotReady', began + 4, began + 10),
      row(1, 'Ready', began + 10, updated),
      row(1, 'Terminating', updated, updated + 5),
      row(2, 'NotReady', updated + 5, updated + 20),
      row(2, 'Ready', updated + 20, duration),
    ];
  }).flat();
}

function batchRows(shape: Shape): Row<'batch'>[] {
  const duration = shape.minutes * 60;
  return Array.from({ length: 60 }, (_, at) => {
    const started = (at * duration) / 70;
    const ends = started + duration / 20;
    const finished = ends < duration ? ends : null;
    const failed = at % 9 === 4;
    return {
      namespace: 'shop',
      job: `report${shape.hostile}-${at}`,
      cronjob: at % 3 === 0 ? '' : `reports${shape.hostile}`,
      created_seconds: started,
      started_seconds: started,
      finished_seconds: finished,
      deleted_seconds: null,
      outcome: finished === null ? '' : failed ? 'Failed' : 'Complete',
      reason: '',
      completions: 1,
      succeeded: failed ? 0 : 1,
      failed: failed ? 1 : 0,
    };
  });
}

function autoscalerRow(shape: Shape, time: number, noise: () => number): Row<'autoscalers'> {
  const desired = 10 + Math.round(8 * hurt(time));
  return {
    time_seconds: time,
    namespace: 'shop',
    name: `cart${shape.hostile}`,
    target: `Deployment/cart${shape.hostile}`,
    min: 5,
    max: 20,
    desired,
    current: desired,
    ready: Math.max(0, desired - Math.round(3 * hurt(time))),
    metric: 'cpu',
    value: time <= 30 ? null : 0.6 * (1 + 0.1 * noise()),
    target_value: 0.6,
  };
}

function nodePoolRows(shape: Shape, time: number): Row<'nodepools'>[] {
  const desired = 3 + Math.round(4 * hurt(time));
  const burst = {
    pool: `burst${shape.hostile}`,
    desired,
    nodes: desired,
    ready: desired - 1,
    hourly_cost: desired * 0.2,
    reclaimed: 0,
  };
  const base = { pool: 'base', desired: 5, nodes: 5, ready: 5, hourly_cost: 1, reclaimed: 0 };
  return [base, burst].map((pool) => ({ time_seconds: time, ...pool }));
}

function costRows(shape: Shape, time: number): Row<'costs'>[] {
  return ['base', `burst${shape.hostile}`].map((pool, at) => {
    const watts = 300 + 200 * hurt(time) * at;
    return {
      time_seconds: time,
      pool,
      region: `region-${at}`,
      nodes: 3,
      cpu_usage_ratio: 0.4,
      cost: 0.01 * (at + 1),
      watts,
      energy_joules: watts * 10,
      carbon_grams: (watts * 10 * 400) / 3.6e6,
    };
  });
}

function egressRows(time: number): Row<'egress'>[] {
  return ['b', 'c'].map((zone, at) => ({
    time_seconds: time,
    from_zone: 'region-1/a',
    to_zone: `region-1/${zone}`,
    sent_bytes: 2e6 * (at + 1),
    cost: 2e-5 * (at + 1),
  }));
}

function queueRows(shape: Shape, time: number): Row<'queues'>[] {
  return ['vision', `language${shape.hostile}`].map((queue, at) => ({
    time_seconds: time,
    queue,
    pending: Math.round(3 * hurt(time)) + at,
    admitted: 4,
    used_ratio: at === 0 ? 0.5 : 1.25,
    admissions: 4,
    preemptions: at,
  }));
}

const PHASES = {
  retries_seconds: 0.002,
  policies_seconds: 0,
  dns_seconds: 0.001,
  connect_seconds: 0.001,
  network_seconds: 0.003,
  mesh_seconds: 0,
  queue_seconds: 0.006,
  cpu_wait_seconds: 0.002,
  throttled_seconds: 0.001,
  service_seconds: 0.015,
  client_seconds: 0,
};

function edgeRows(shape: Shape, time: number): Row<'edges'>[] {
  const [front, ...rest] = shape.services;
  const row = (caller_kind: string, caller: string, service: string, at: number): Row<'edges'> => ({
    time_seconds: time,
    caller_kind,
    caller_namespace: caller_kind === 'service' ? 'shop' : '',
    caller: `${caller}${shape.hostile}`,
    namespace: 'shop',
    service: `${service}${shape.hostile}`,
    calls: Math.round(1000 / at),
    errors: Math.round(40 * hurt(time)),
    attempts: Math.round(1100 / at),
    amplification: 1.1,
    calls_per_second: 100 / at,
    error_ratio: 0.04 * hurt(time),
    request_duration_seconds_mean: 0.03,
    request_duration_seconds_p50: 0.025,
    request_duration_seconds_p90: 0.04,
    request_duration_seconds_p99: 0.06,
    request_duration_seconds_p999: 0.07,
    sampled: 100,
    ...PHASES,
    downstream_seconds: 0,
  });
  // A chain, whose end calls its beginning.
  return [
    row('source', 'users', front, 1),
    ...rest.map((service, at) => row('service', shape.services[Math.floor(at / 3)], service, at + 2)),
    row('service', rest.at(-1) ?? front, front, 20),
  ];
}

function breakdownRows(shape: Shape, time: number): Row<'breakdown'>[] {
  const latency = Object.values(PHASES).reduce((all, one) => all + one, 0);
  const row = (scope: string, namespace: string, name: string, downstream: number): Row<'breakdown'> => ({
    time_seconds: time,
    scope,
    namespace,
    name: `${name}${shape.hostile}`,
    sampled: 100,
    latency_seconds: latency + downstream,
    ...PHASES,
    downstream_seconds: downstream,
  });
  return [
    row('source', '', 'users', 0),
    row('failed-source', '', 'users', 0),
    ...shape.services.map((service, at) => row('service', 'shop', service, at === 0 ? 0.05 : 0)),
    ...shape.services.slice(0, 2).map((service) => row('failed-service', 'shop', service, 1)),
  ];
}

function criticalPathRows({ services, hostile }: Shape): Row<'criticalPath'>[] {
  const latency = Object.values(PHASES).reduce((all, one) => all + one, 0);
  return (['all', 'slowest'] as const).flatMap((requests, at) =>
    services.slice(0, 5).map((_, depth) => ({
      requests,
      source: `users${hostile}`,
      sampled: at === 0 ? 1000 : 10,
      depth,
      path: [`users${hostile}`, ...services.slice(0, depth + 1).map((name) => `shop/${name}${hostile}`)].join(' > '),
      service: `shop/${services[depth]}${hostile}`,
      latency_seconds: latency,
      ...PHASES,
    })),
  );
}

function saturationRows(shape: Shape, time: number): Row<'saturation'>[] {
  return shape.services.flatMap((service, at) =>
    Array.from({ length: 4 }, (_, pod) => ({
      time_seconds: time,
      namespace: 'shop',
      kind: 'Deployment',
      workload: `${service}${shape.hostile}`,
      pod: `${service}${shape.hostile}-${pod}`,
      container: 'main',
      node: `node-${pod}`,
      slots: 8,
      busy_slots: (8 * (pod + 1)) / (at + 5),
      busy_ratio: (pod + 1) / (at + 5),
      waiting: pod,
      waiting_max: 3 * pod,
      cpu_usage: 0.3,
      requests: 100,
      errors: 1,
      requests_per_second: 10,
      held_seconds: 0.02,
    })),
  );
}

function leaderRows(): Row<'leaders'>[] {
  const component = 'kube-scheduler';
  const first = { component, process: `${component}-cp1`, from_seconds: 0, to_seconds: 60, first_action_seconds: 0.1 };
  return [
    first,
    { ...first, process: `${component}-cp2`, from_seconds: 78.5, to_seconds: null, first_action_seconds: null },
  ];
}

function classRows(shape: Shape, time: number): Row<'classes'>[] {
  return ['browse', `buy${shape.hostile}`].map((name, at) => ({
    time_seconds: time,
    source: 'shoppers',
    class: name,
    requests: 900 / (at + 1),
    errors: Math.round(40 * hurt(time)) * at,
    request_duration_seconds_mean: 0.02 + at / 100,
    request_duration_seconds_p50: 0.015 + at / 100,
    request_duration_seconds_p90: 0.05 + at / 50,
    request_duration_seconds_p99: 0.1 + at / 10 + hurt(time),
    request_duration_seconds_p999: 0.3 + at / 10 + hurt(time),
  }));
}

function cacheRows(shape: Shape, time: number): Row<'caches'>[] {
  return ['products', `prices${shape.hostile}`].map((service, at) => ({
    time_seconds: time,
    namespace: 'shop',
    service,
    place: `web → shop/${service}`,
    hits: Math.round(900 * (1 - hurt(time))),
    misses: Math.round(40 + 800 * hurt(time)) + at,
    early: 0,
    shared: Math.round(100 * hurt(time)),
    stale: 0,
    hit_ratio: 0.95 - 0.5 * hurt(time) - at / 10,
    entries: 1000,
    evictions: 12,
  }));
}

function databaseRows(shape: Shape, time: number): Row<'databases'>[] {
  return ['orders', `users${shape.hostile}`].map((database, at) => ({
    time_seconds: time,
    namespace: 'shop',
    database,
    primary: hurt(time) > 0.9 ? '' : `${database}-0`,
    writes: Math.round(900 * (1 - hurt(time))) + at,
    read_only_errors: Math.round(20 * hurt(time)),
    lost_writes: Math.round(3 * hurt(time)),
    failovers: 0,
    without_primary_seconds: 10 * hurt(time),
    lock_waits: 100 + at,
    lock_wait_seconds: 0.4 + at,
    running: 3,
  }));
}

function messageRows(shape: Shape, time: number): Row<'messages'>[] {
  return ['orders', `mails${shape.hostile}`].map((queue, at) => ({
    time_seconds: time,
    queue,
    group: 'workers',
    published: 900,
    acknowledged: Math.round(900 * (1 - hurt(time) / 2)),
    redelivered: Math.round(9 * hurt(time)),
    given_up: 0,
    lost: 0,
    rebalances: at,
    lag: 20 + Math.round(4000 * hurt(time)) + at,
    partition_lag: 5 + Math.round(1000 * hurt(time)) + at,
    in_flight: 20,
    members: 4 + at,
    leaderless: 0,
    buffered: 0,
    oldest_seconds: 0.1 + 60 * hurt(time),
    duration_p50_seconds: 0.1 + 20 * hurt(time),
    duration_p99_seconds: 0.4 + 60 * hurt(time),
  }));
}

function userRows(shape: Shape, time: number): Row<'users'>[] {
  return ['browsers', `buyers${shape.hostile}`].map((source, at) => ({
    time_seconds: time,
    source,
    users_thinking: Math.round((200 - 150 * hurt(time)) / (at + 1)),
    users_waiting: Math.round((5 + 150 * hurt(time)) / (at + 1)),
    users_came: 12,
    users_left: 12,
    users_gave_up: Math.round(9 * hurt(time)),
  }));
}

function nameRow(time: number): Row<'dns'> {
  const bad = hurt(time);
  return {
    time_seconds: time,
    lookups: 900,
    lookups_failed: Math.round(90 * bad),
    queries: Math.round(2400 * (1 + bad)),
    queries_node_cache: 0,
    queries_upstream: 4,
    program_cache_hits: 0,
    lookup_duration_p50_seconds: 0.0015,
    lookup_duration_p99_seconds: 0.004 + 5 * bad,
    lookup_duration_max_seconds: 0.02 + 10 * bad,
  };
}

function connectionRow(time: number): Row<'connections'> {
  const bad = hurt(time);
  const opened = Math.round(2 + 40 * bad);
  return {
    time_seconds: time,
    caller: 'shop/web',
    namespace: 'shop',
    service: 'cart',
    open: 24,
    streams: 30,
    pending: Math.round(60 * bad),
    opened,
    resumed: 0,
    closed_by_caller: 1,
    closed_by_server: 1,
    reset: Math.round(20 * bad),
    refused: Math.round(10 * bad),
    packets_dropped: 0,
    without_port: 0,
    overflowed: 0,
    requests: 3000,
    reused: 3000 - opened,
    repeated: 0,
    waited: opened,
    wait_p50_seconds: 0.001,
    wait_p99_seconds: 0.002 + bad,
    handshake_p50_seconds: 0.001,
    handshake_p99_seconds: 0.002,
    ports_most: 3,
  };
}

/** Two of three pods get what there is. */
function endpointRows(time: number): Row<'endpoints'>[] {
  const requests = [1900, 1100, 0];
  return requests.map((some, at) => ({
    time_seconds: time,
    namespace: 'shop',
    service: 'cart',
    pod: `cart-${at}`,
    ready: 1,
    requests: Math.round(some * (1 - 0.5 * hurt(time))),
    connections: [16, 8, 0][at],
  }));
}

function conntrackRow(time: number): Row<'conntrack'> {
  const entries = Math.round(60_000 + 60_000 * hurt(time));
  return {
    time_seconds: time,
    node: 'node-1',
    node_nf_conntrack_entries: entries,
    node_nf_conntrack_entries_limit: 131_072,
    used_ratio: entries / 131_072,
    packets_dropped: Math.round(4 * hurt(time)),
  };
}

function snatRow(time: number): Row<'snat'> {
  const ports = Math.round(200 + 824 * hurt(time));
  return {
    time_seconds: time,
    node: 'node-1',
    host: 'api.bank.example',
    ports,
    ports_limit: 1024,
    used_ratio: ports / 1024,
    packets_dropped: Math.round(9 * hurt(time)),
  };
}

function quotaRows({ hostile }: Shape, time: number): Row<'quotas'>[] {
  return ['requests.cpu', 'pods'].map((resource, at) => ({
    time_seconds: time,
    namespace: `shop${hostile}`,
    name: 'compute',
    resource,
    used: at === 0 ? 30 + 10 * hurt(time) : 60,
    hard: at === 0 ? 40 : 100,
  }));
}

/** Two groups of Services, each measured for a while now and then. */
function regimeRowsAt(time: number): Row<'regimes'>[] {
  return ['cart', 'search users'].flatMap((services, at) => {
    const states = hurt(time) > 0 ? ['simulated'] : at === 0 ? ['simulated', 'measured', 'expected'] : ['expected'];
    return states.map((state, i) => ({
      from_seconds: time - 1 + i / states.length,
      to_seconds: time - 1 + (i + 1) / states.length,
      services,
      state,
      cause: 'endpoints',
      requests: 300,
      requests_per_second: 300 * states.length,
      mean_error_ratio: state === 'simulated' ? null : 0.015,
    }));
  });
}

function denialRow(time: number): Row<'denials'> {
  return { time_seconds: time, from_namespace: 'shop', to_namespace: '', connections: 3 };
}

function gatewayRow(time: number): Row<'gateways'> {
  const bad = hurt(time);
  return {
    time_seconds: time,
    controller: 'k8s.io/ingress-nginx',
    requests: 900,
    responses_302: 12,
    responses_404: 3,
    responses_500: 0,
    responses_502: Math.round(40 * bad),
    responses_503: Math.round(60 * bad),
    responses_504: Math.round(20 * bad),
    backend_retries: Math.round(120 * bad),
    tls_handshakes: 90,
    reloads: bad > 0 ? 2 : 0,
    connections_cut: 0,
    workers_draining: Math.round(8 * bad),
    requests_draining: Math.round(30 * bad),
  };
}

function meshRow(time: number): Row<'mesh'> {
  const bad = hurt(time);
  return {
    time_seconds: time,
    image: 'example/sidecar',
    requests_out: 900,
    requests_in: 1800,
    answers: 2700,
    passages_failed: Math.round(80 * bad),
    passage_duration_p50_seconds: 0.0001,
    passage_duration_p99_seconds: 0.0004 + 0.1 * bad,
    passage_duration_max_seconds: 0.002 + 0.2 * bad,
  };
}

function etcdRow(time: number): Row<'etcd'> {
  return {
    time_seconds: time,
    leader: 'etcd-cp1',
    members_running: 3,
    quorum: 1,
    database_size_bytes: Math.round(50_000_000 + 10_000 * time),
    database_in_use_bytes: 40_000_000,
    alarm_nospace: 0,
  };
}

function levelRows(shape: Shape, time: number): Row<'levels'>[] {
  return ['workload-high', `lab${shape.hostile}`].map((level, at) => ({
    time_seconds: time,
    level,
    seats: 98 - at,
    seats_in_use: Math.round(60 * hurt(time)),
    seats_in_use_max: 90 - at,
    requests_executing: 60,
    requests_waiting: Math.round(20 * hurt(time)) * at,
    requests_waiting_max: 40 * at,
    requests: 1000,
    requests_rejected: Math.round(100 * hurt(time)) * at,
    wait_seconds_p50: 0.01,
    wait_seconds_p99: 0.2 + at,
  }));
}

function trainingRows(shape: Shape, time: number): Row<'training'>[] {
  const progress = Math.min(1, time / 900);
  return ['train', `tune${shape.hostile}`].map((name, at) => ({
    time_seconds: time,
    kind: 'Job',
    namespace: 'shop',
    name,
    state: progress < 1 ? 'computing' : 'done',
    members: progress < 1 ? 8 - 4 * at : 0,
    steps: 1000 * progress,
    saved_steps: Math.floor(10 * progress) * 100,
    progress_ratio: progress,
    begins: 1 + at,
    lost_seconds: 30 * at,
    step_seconds: progress < 1 ? 0.9 + at / 10 : null,
    straggler_ratio: progress < 1 ? 0.1 : null,
    all_reduce_ratio: progress < 1 ? 0.2 : null,
  }));
}

function policyRows(shape: Shape, time: number): Row<'policies'>[] {
  return ['CircuitBreaker', 'Gradient2Limit'].map((policy, at) => ({
    time_seconds: time,
    place: `web${shape.hostile} → shop/api`,
    policy,
    permitted: 900,
    rejected: Math.round(40 * hurt(time)) + at,
    waited: 0,
    retries: 12,
    retries_refused: Math.round(5 * hurt(time)),
    hedges: 0,
    fallbacks: 0,
    openings: at === 0 ? 1 : 0,
    ejections: 0,
    open: at === 0 && hurt(time) > 0 ? 3 : 0,
    half_open: 0,
    ejected_endpoints: 0,
    limit: at === 0 ? null : 20 - Math.round(10 * hurt(time)),
  }));
}

function throttlingRows(shape: Shape, time: number): Row<'throttling'>[] {
  return ['web', `api${shape.hostile}`].map((workload, at) => ({
    time_seconds: time,
    namespace: 'shop',
    kind: 'Deployment',
    workload,
    container: 'main',
    pods: 3,
    container_cpu_cfs_periods: 300 * at,
    container_cpu_cfs_throttled_periods: 30 * at,
    container_cpu_cfs_throttled_seconds: 2.5 * at,
    throttled_ratio: at === 0 ? null : 0.1,
    throttled_max_ratio: at === 0 ? null : 0.2,
  }));
}

function nodeRows(shape: Shape, time: number, noise: () => number): Row<'nodes'>[] {
  return Array.from({ length: shape.nodes }, (_, at) => {
    const zone = 'abc'[at % 3];
    const gone = zone === 'a' && within(time, FAULT.from, FAULT.healed);
    const notReady = zone === 'a' && within(time, FAULT.dropped, FAULT.healed);
    const back = zone === 'a' && time > FAULT.healed;
    const more = zone !== 'a' && time > FAULT.evicted ? 1.5 : 1;
    const base = 0.28 + 0.12 * Math.sin(at * 1.7);
    return {
      time_seconds: time,
      node: `web-${String(at).padStart(4, '0')}${shape.hostile}`,
      zone,
      kube_node_status_ready: notReady ? 0 : 1,
      pods: back ? 0 : 2,
      cpu_requested_ratio: back ? 0.02 : 0.5 * more,
      memory_requested_ratio: back ? 0.02 : 0.4 * more,
      cpu_usage_ratio: gone || back ? 0 : Math.min(1, Math.max(0, base * more * (1 + 0.15 * noise()))),
    };
  });
}

function eventRows(shape: Shape): Row<'events'>[] {
  const { hostile } = shape;
  const scenario = { type: 'Normal', kind: 'Scenario', namespace: '' };
  const rollout = { type: 'Normal', kind: 'Deployment', namespace: 'shop', source: 'rollout' };
  const all: Row<'events'>[] = [
    ...shape.services.flatMap((service, at) => [
      { ...rollout, time_seconds: 0, reason: 'RolloutStarted', name: service, message: 'revision 1, 10 replicas' },
      { ...rollout, time_seconds: 31 + at / 10, reason: 'RolloutComplete', name: service, message: 'revision 1' },
    ]),
    {
      ...scenario,
      time_seconds: 300,
      reason: 'ActionApplied',
      name: 'setImage',
      message: `frontend, cart, catalog: image shop/web:v2${hostile}`,
      source: 'timeline',
    },
    ...shape.services.slice(0, 3).flatMap((service, at) => [
      {
        ...rollout,
        time_seconds: ROLLOUT.from + at * 60,
        reason: 'RolloutStarted',
        name: service + hostile,
        message: 'revision 2, 10 replicas',
      },
      {
        ...rollout,
        time_seconds: ROLLOUT.to - at * 90,
        reason: 'RolloutComplete',
        name: service + hostile,
        message: 'revision 2',
      },
    ]),
    {
      ...scenario,
      type: 'Warning',
      time_seconds: FAULT.from,
      reason: 'FaultStarted',
      name: `ZoneOutage a${hostile}`,
      message: `zone a is lost for 10m: 20 nodes${hostile}`,
      source: 'fault',
    },
    {
      ...scenario,
      time_seconds: FAULT.healed,
      reason: 'FaultEnded',
      name: `ZoneOutage a${hostile}`,
      message: `zone a is back${hostile}`,
      source: 'fault',
    },
  ];
  return all.toSorted((a, b) => a.time_seconds - b.time_seconds);
}

function summaryRow(shape: Shape): Row<'summary'> {
  const row = { ...zeros(catalogue.summary.columns), scenario: '', job: '', seed: '' } as Row<'summary'>;
  const pods = shape.services.length * 10;
  const figures = shape.traffic
    ? {
        requests_total: 540_121,
        requests_completed_total: 531_880,
        requests_failed_total: 8_214,
        requests_timeout_total: 7_033,
        requests_refused_total: 611,
        requests_overload_total: 301,
        requests_error_total: 269,
        requests_in_flight: 27,
        requests_error_ratio: 8214 / 540_094,
        requests_per_second: 500.1,
        calls_total: 5_510_020,
        call_retries_total: 61_022,
        ...durations(1, 200, () => 0),
      }
    : { requests_error_ratio: null, ...noDurations };
  return Object.assign(row, figures, {
    scenario: `shop-zone-loss${shape.hostile}`,
    job: `seed-${shape.seed}`,
    seed: String(shape.seed),
    duration_seconds: shape.minutes * 60,
    warmup_seconds: 120,
    kube_pod_created_total: pods + 70,
    kube_pod_deleted_total: 70,
    kube_pod_evicted_total: 40,
    pod_startup_seconds_p50: 6.21,
    pod_startup_seconds_p99: 19.4,
    scheduler_pod_scheduling_sli_duration_seconds_p50: 0.011,
    scheduler_pod_scheduling_sli_duration_seconds_p99: 3.2,
    scheduler_schedule_attempts_total: pods + 92,
    scheduler_schedule_attempts_unschedulable_total: 22,
    kube_pod_status_phase_running: pods,
    apiserver_writes_total: 14_300,
    apiserver_conflicts_total: 12,
    kube_node_info: shape.nodes,
    kube_node_status_ready: shape.nodes,
    cpu_requested_ratio: 0.55,
    memory_requested_ratio: 0.41,
    events_total: 88_000_123,
  });
}

function runRecord(shape: Shape): RunRecord {
  return {
    version: '0.1.0',
    scenario: `shop-zone-loss${shape.hostile}`,
    scenario_file: 'scenarios/shop-zone-loss.yaml',
    scenario_hash: '5c2f0d8e1b7a4936',
    program: 'source',
    inputs: [],
    job: `seed-${shape.seed}`,
    seed: String(shape.seed),
    duration_seconds: shape.minutes * 60,
    start_time: '2026-01-01T00:00:00Z',
    warmup_seconds: 120,
    digest: '9f1c0a77e3b24d58',
    events: 88_000_123,
    wall_s: 31.4,
    peak_rss_mib: 412,
    machine: { node: 'v20.19.0', platform: 'linux', arch: 'x64', processor: '' },
    reproduce: `wavetank run shop-zone-loss --seed ${shape.seed}${shape.hostile}`,
    series_interval_seconds: shape.stepSeconds,
    nodes_interval_seconds: shape.stepSeconds,
    workloads_interval_seconds: shape.stepSeconds,
    figures: {},
    pending: [],
    refused: [],
    expect: [
      { text: 'requests.error_ratio during 2m..7m < 0.001', actual: 0.000_493, shown: '0.0493 %', pass: true },
      { text: `requests.error_ratio during 7m..8m > 0.05${shape.hostile}`, actual: 0.1712, shown: '0.171', pass: true },
      { text: 'requests.p99 during 9m..20m < 500ms', actual: 0.612, shown: '612ms', pass: false },
      { text: 'rollout.frontend.duration < 10m', actual: null, shown: 'not finished', pass: false },
    ],
    assumptions: [
      { field: 'network.sameZone.rtt', value: '250us', mark: 'measured' },
      { field: `behavior of shop/ads:v1${shape.hostile}`, value: 'the printed default', mark: 'guess' },
    ],
    ignored: [
      'Deployment/shop/cart: spec.template.spec.containers[0].securityContext',
      { path: `spec${shape.hostile}` },
    ],
    sampled: null,
    caveats: ['not simulated: 2 CronJobs'],
    notes: [`One connection per request.${shape.hostile}`],
  };
}
