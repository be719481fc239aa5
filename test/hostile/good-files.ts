// A small good file for each reader, from which the hostile ones are made.
import { deployment, service } from '../support/manifests.ts';
import { dump } from '../support/dump.ts';

const HEAD = 'apiVersion: wavetank/v1\nkind: Scenario\nmetadata: { name: test }\nspec:\n';

/** A scenario with nothing of its own. */
export const PLAIN = `${HEAD}  duration: 5m\n  cluster: { nodePools: [{ name: a, count: 2 }] }\n`;

export const MANIFESTS = `${deployment('web', { replicas: 3, image: 'shop/web:v1' })}${service('web')}---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }
  minReplicas: 1
  maxReplicas: 9
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 50%, selector: { matchLabels: { app: web } } }
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly }
spec:
  schedule: "*/5 * * * *"
  timeZone: Europe/Berlin
  jobTemplate: { spec: { completions: 2, template: { spec: { restartPolicy: Never, containers: [{ name: c, image: job }] } } } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop }
spec: { rules: [{ host: shop.example, http: { paths: [{ path: /a, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] }
`;

export const SCENARIO = `${HEAD}  duration: 5m
  warmup: 30s
  cluster: { nodePools: [{ name: a, count: 2, zones: [b, c], capacity: { cpu: 2, memory: 4Gi } }] }
  controlPlane: { etcd: { commit: { lognormal: { median: 2ms, sigma: 0.5 } } } }
  network: { balancer: { PowerOfTwo: {} } }
  behaviors: [{ image: "shop/web:v1", requests: { concurrency: 4, cpu: 1ms }, calls: [{ service: cart, retries: { max: 2 } }] }]
  traffic: [{ name: users, to: web, arrivals: { steps: { steps: [{ at: 0, rate: 5/s }] } } }]
  timeline:
    - { at: 1m, scale: { deployment: web, replicas: 5 } }
    - { at: 2m, fault: { ZoneOutage: { zone: b, for: 1m } } }
  faults: [{ fault: PodCrash, every: { exponential: { mean: 1m } } }]
  sweep: { "spec.traffic[0].timeout": [1s, 2s], "Deployment/web:/spec/replicas": [2, 3] }
  expect: [requests.p99 during 1m..2m < 1s, min(deployment.web.ready) >= 1]
---
${deployment('web', { replicas: 3, image: 'shop/web:v1' })}${service('web')}${service('cart')}`;

export const NAMES_FILES = `${HEAD}  duration: 2h
  startTime: 2026-03-01T00:00:00Z
  cluster:
    nodePools:
      - { name: a, count: 2, zones: [b, c], autoscaling: { min: 2, max: 2 }, spot: { prices: { file: prices.csv } }, hourlyCost: 1, power: [100, 300] }
    carbonIntensity: { file: carbon.csv }
  behaviors: [{ image: shop/web, requests: { service: { empirical: { file: took.csv, column: took, unit: ms } } } }]
  traffic:
    - { name: replayed, to: web, arrivals: { replay: { rates: { file: rates.csv, time: at, rate: rate } } } }
    - { name: traced, to: web, arrivals: { trace: { times: { file: times.csv, time: at, unit: ms } } } }
  timeline: [{ at: 1m, fault: { FailureTrace: { trace: { file: outages.csv } } } }]
  manifests: [web.yaml]
`;

export const BESIDE = {
  'prices.csv':
    'time,price,zone\n2026-03-01T00:00:00Z,0.5,b\n2026-03-01T01:00:00Z,0.25,b\n2026-03-01T00:00:00Z,0.4,c\n',
  'carbon.csv': 'hour,grams_per_kwh\n0,400\n6,250.5\n18,380\n',
  'took.csv': 'id,took\n1,2.5\n2,"0.001"\n3,1e-3\n',
  'rates.csv': 'at,rate\n0,5\n60,7.5\n120,0\n',
  'times.csv': 'at\n0\n15\n15.25\n1000\n',
  'outages.csv': 'node,start,end\na-0,60,120\na-1,90,300\n',
  'web.yaml': `${deployment('web', { replicas: 3, image: 'shop/web:v1' })}${service('web')}`,
};

export const DUMP = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: dump() }, undefined, 1);

const BEGIN = 1_772_323_200;
const series = (labels: object, values: readonly number[]) => ({
  metric: labels,
  values: values.map((value, at) => [BEGIN + 15 * at, String(value)]),
});
const answer = (...result: object[]) =>
  JSON.stringify({ status: 'success', data: { resultType: 'matrix', result } }, undefined, 1);

export const PROMETHEUS = answer(
  series({ __name__: 'http_requests_total', service: 'web', code: '200' }, [0, 270, 540, 810, 30]),
  series({ __name__: 'http_requests_total', service: 'web', code: '503' }, [0, 30, 60, 90, 120]),
  series({ __name__: 'http_request_duration_seconds_bucket', service: 'web', le: '0.01' }, [0, 150, 300, 450, 600]),
  series({ __name__: 'http_request_duration_seconds_bucket', service: 'web', le: '0.16' }, [0, 290, 590, 890, 1190]),
  series({ __name__: 'http_request_duration_seconds_bucket', service: 'web', le: '+Inf' }, [0, 300, 600, 900, 1200]),
  series(
    { __name__: 'container_cpu_usage_seconds_total', pod: 'web-7c9b8f5d44-aaaaa', container: 'main' },
    [0, 1, 2, 3, 4],
  ),
  series(
    { __name__: 'container_memory_working_set_bytes', pod: 'web-7c9b8f5d44-aaaaa', container: 'main' },
    [1e8, 1e8, 1e8, 1e8, 1e8],
  ),
);

const hpa = { horizontalpodautoscaler: 'keda-hpa-web', namespace: 'shop' };
export const AUTOSCALER = answer(
  series({ __name__: 'kube_horizontalpodautoscaler_status_current_replicas', ...hpa }, [2, 2, 4]),
  series(
    {
      __name__: 'kube_horizontalpodautoscaler_status_target_metric',
      metric_name: 'rps',
      metric_target_type: 'average',
      ...hpa,
    },
    [10, 30, 20],
  ),
  series({ __name__: 'keda_scaler_metrics_value', scaledObject: 'api', metric: 's0-prometheus' }, [20, 60, 80]),
);
export const AUTOSCALER_CSV = 'time_seconds,metric,replicas\n0,10,2\n30,30,2\n60,20,4\n';

export const ACCESS_LOG = Array.from(
  { length: 12 },
  (_, at) =>
    `10.0.0.1 - bob [01/Mar/2025:10:00:${String(at).padStart(2, '0')} +0100] "GET /a \\"b\\" HTTP/1.1" ${at === 3 ? 503 : 200} 12 "-" "curl" 0.0${10 + at}\n`,
)
  .concat(
    `${JSON.stringify({ ts: 1_740_819_600.5, status: 200, duration: 0.5 })}\n`,
    `${JSON.stringify({ StartUTC: '2025-03-01T09:00:01Z', DownstreamStatus: 200, Duration: 500_000_000 })}\n`,
  )
  .join('');

export const K6 = `import http from 'k6/http';
export const options = {
  // ramp up
  scenarios: {
    browse: { executor: 'ramping-vus', startVUs: 0, stages: [{ duration: '10s', target: 20 }, { duration: '30s', target: 20 },] },
    'api calls': { executor: 'constant-arrival-rate', rate: 300, timeUnit: '1m', duration: '40s' }, /* five a second */
  },
};
export default function () { http.get('http://x'); sleep(0.5); }
`;

export const JAEGER_CSV = `traceId,startTime,endTime,childId,parentId,childPod,parentPod,parentDuration
t1,1000,1900,a1,t1,web,web,1000
t1,1100,1300,b1,a1,db,web,900
t1,1410,1500,c1,b1,disk,db,200
t2,5000,5900,a2,t2,web,web,1000
t2,5100,5300,b3,a2,db,web,900
`;

const spanOf = (id: string, parent: string, from: number, to: number) => ({
  traceId: 'a',
  spanId: id,
  parentSpanId: parent,
  name: '{"odd',
  kind: 2,
  startTimeUnixNano: `17723232000${from}000000`,
  endTimeUnixNano: `17723232000${to}000000`,
});
export const OTLP = [
  ['gateway', spanOf('1', '', 10, 99)],
  ['cart', spanOf('2', '1', 20, 50)],
  ['db', spanOf('3', '2', 30, 40)],
]
  .map(([service, span]) =>
    JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeSpans: [{ spans: [span] }],
        },
      ],
    }),
  )
  .join('\n');

export const JAEGER_JSON = JSON.stringify(
  {
    data: [
      {
        traceID: 'a',
        spans: [
          { traceID: 'a', spanID: '1', references: [], startTime: 1000, duration: 900, processID: 'p1' },
          {
            traceID: 'a',
            spanID: '2',
            references: [{ refType: 'CHILD_OF', traceID: 'a', spanID: '1' }],
            startTime: 1100,
            duration: 200,
            processID: 'p2',
          },
        ],
        processes: { p1: { serviceName: 'web' }, p2: { serviceName: 'db' } },
      },
    ],
    errors: null,
  },
  undefined,
  1,
);

export const MUBENCH = JSON.stringify(
  {
    s0: { external_services: [{ services: ['s1', 's2'], probabilities: { s1: 0.5, s2: 1 } }], replicas: 1 },
    s1: { external_services: [] },
    s2: { external_services: [{ seq_len: 1, services: ['s1'] }] },
  },
  undefined,
  1,
);

export const ALIBABA = `traceid,timestamp,rpcid,um,rpctype,dm,interface,rt
T1,10,0,(?),http,MS_1,x,20
T1,12,0.1,MS_1,rpc,MS_2,x,4
T1,12,0.1,MS_1,rpc,MS_2,x,-4
T1,18,0.2.1,MS_2,mc,MS_3,x,2
T2,30,0,(?),http,MS_1,x,10
T2,31,0.1,MS_1,rpc,UNKNOWN,x,3
`;

export const OPENB_NODES = `sn,cpu_milli,memory_mib,gpu,model
node-0,64000,262144,2,P100
node-1,8000,32768,1,V100M16
node-3,32500,131072,0,
`;
export const OPENB_PODS = `name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
pod-2,4000,1024,1,1000,V100M16|P100,LS,Running,130,190,130
pod-0,1500,2048,1,460,,BE,Running,100,160,100
pod-1,1500,2048,1,460,,LS,Running,110,,110
`;

const minutes = (count: (minute: number) => number) => Array.from({ length: 1440 }, (_, at) => count(at + 1)).join(',');
export const AZURE_FUNCTIONS = `HashOwner,HashApp,HashFunction,Trigger,${minutes((minute) => minute)}\no,a,f,http,${minutes((minute) => (minute === 1 ? 120 : 6))}\n`;
export const AZURE_DURATIONS =
  'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100\no,a,f,150,9000,10,900,10,20,80,100,160,400,900\n';

export const AZURE_VM =
  'a,s,d,0,600,1,1,1,Unknown,2,4\nb,s,d,300,900,1,1,1,Interactive,>24,>64\nc,s,d,90000,90300,1,1,1,Unknown,4,8\n';

export const BORG = [
  {
    time: '600000000',
    type: '0',
    collection_id: '7',
    instance_index: '0',
    resource_request: { cpus: 0.5, memory: 0.25 },
  },
  { time: '601000000', type: '3', collection_id: '7', instance_index: '0' },
  { time: '660000000', type: 'FINISH', collection_id: '7', instance_index: '0' },
  { time: '600000000', type: '0', collection_type: '1', collection_id: '8', instance_index: '0' },
]
  .map((row) => `${JSON.stringify(row)}\n`)
  .join('');

export const PHILLY = JSON.stringify(
  [
    {
      jobid: 'j1',
      submitted_time: '2017-10-07 01:00:00',
      attempts: [
        {
          start_time: '2017-10-07 01:00:30',
          end_time: '2017-10-07 01:01:00',
          detail: [
            { ip: 'm1', gpus: ['gpu0', 'gpu1'] },
            { ip: 'm2', gpus: ['gpu0'] },
          ],
        },
        { start_time: '2017-10-07 01:02:00', end_time: '2017-10-07 01:10:00', detail: [] },
      ],
    },
  ],
  undefined,
  1,
);

export const ALIBABA_TASKS =
  'task_1,2,j_1,1,Terminated,100,160,50,1\ntask_2,1,j_1,1,Failed,0,0,100,1\ntask_3,1,j_2,1,Terminated,120,130,,\n';
export const ALIBABA_CONTAINERS = 'c_1,m_1,90,app,started,400,800,2\nc_2,m_1,95,app,started,400,800,2\n';

export const SWF = `; MaxNodes: 4
; MaxProcs: 16
1 10 5 20 2 -1 -1 2 60 1048576 1 1 1 1 1 1 -1 -1
2 12 0 30 6 -1 -1 6 60 -1 1 1 1 1 1 1 -1 -1
3 13 -1 -1 0 -1 -1 2 60 -1 5 1 1 1 1 1 -1 -1
`;

export const MEASURED = {
  'requests.csv': 'service,seconds\nweb,0.010\nshop/web,0.025\nweb,0.5\n',
  'quantiles.csv': 'service,quantile,seconds\napi,0.5,0.010\napi,0.99,0.2\n',
  'startups.csv': 'image,startup_seconds\nshop/web:v1,3.5\nshop/web:v1,4\n',
  'pulls.csv': 'image,bytes,pull_seconds\nshop/web:v1,100000000,4.5\nshop/api:v1,5000000,1\n',
  'range.json': PROMETHEUS,
};

export const QUEUE_PLAN = {
  version: '0.1.0',
  program: 'a1b2',
  file: 'shop.yaml',
  hashes: [{ file: 'shop.yaml', sha256: 'ab' }],
  inputs: [{ file: 'shop.yaml', text: 'kind: Scenario' }],
  files: [],
  overrides: { set: ['a=b'], seed: 1, bench: [{}], chaos: {} },
  check: false,
  summariesOnly: true,
  measured: false,
};
export const QUEUE_BATCH = {
  plan: 'a'.repeat(64),
  axes: [{ path: 'spec.seed', label: 'seed', value: 1 }],
  set: [],
  hash: 'h',
  jobs: [{ id: 'cell-1/seed-1', seed: 1, reproduce: 'wavetank run a' }],
};
export const QUEUE_ANSWERS = [
  { packed: 'H4sI' },
  { line: '{}' },
  { folder: 'x' },
  { failure: { kind: 'lost', message: 'm' } },
];
export const QUEUE_WORKER = {
  host: 'h',
  pid: 1,
  version: '0.1.0',
  program: 'p',
  queue: 'q',
  threads: 2,
  done: 0,
  busy: 1,
  since: '2026-03-01T00:00:00Z',
};
export const QUEUE_SWEEP = {
  id: 'i',
  scenario: 's',
  verb: 'sweep',
  host: 'h',
  pid: 1,
  queue: 'q',
  jobs: 4,
  done: 1,
  failed: 0,
  started: '2026-03-01T00:00:00Z',
  updated: '2026-03-01T00:00:00Z',
};
