// Which command draws each chart. `node scripts/gallery-commands.mjs` runs those of single jobs and looks for their charts.

/** By name of the chart of one job. */
export const jobCommands: Readonly<Record<string, string>> = {
  timeline: 'wavetank run shop-zone-loss',
  requests: 'wavetank run shop-zone-loss',
  latency: 'wavetank run shop-zone-loss',
  pods: 'wavetank run shop-zone-loss',
  revisions: 'wavetank run shop-zone-loss',
  'revision-requests': 'wavetank run canary-analysis',
  'node-cpu-usage': 'wavetank run shop-zone-loss',
  'node-cpu-requested': 'wavetank run shop-zone-loss',
  'service-errors': 'wavetank run shop-zone-loss',
  'service-latency': 'wavetank run shop-zone-loss',
  'control-plane': 'wavetank run shop-zone-loss',
  classes: 'wavetank run who-is-shed',
  'latency-breakdown': 'wavetank run where-time-goes',
  'critical-path': 'wavetank run where-time-goes',
  'service-map': 'wavetank run where-time-goes',
  'service-breakdown': 'wavetank run where-time-goes',
  'hot-pods': 'wavetank run where-time-goes',
  users: 'wavetank run open-or-closed',
  autoscalers: 'wavetank run hpa-spike',
  recommendations: 'wavetank run right-sizing',
  ordinals: 'wavetank run mysql-statefulset',
  'daemon-sets': 'wavetank run daemonset-update',
  jobs: 'wavetank run nightly-batch',
  training: 'wavetank run training-gangs',
  queues: 'wavetank run training-gangs',
  quotas: 'wavetank run quota',
  'node-pools': 'wavetank run node-autoscaling',
  costs: 'wavetank run cost-and-carbon',
  egress: 'wavetank run cost-and-carbon',
  'node-pressure': 'wavetank run disk-pressure',
  gpus: 'wavetank run gpu-fragmentation',
  throttling: 'wavetank run cpu-throttling',
  caches: 'wavetank run cache-stampede',
  messages: 'wavetank run queue-workers',
  names: 'wavetank run dns-outage',
  connections: 'wavetank run grpc-skew',
  'node-tables': 'wavetank run snat-exhaustion',
  gateways: 'wavetank run ingress-paths',
  databases: 'wavetank run database-failover',
  mesh: 'wavetank run mesh',
  denials: 'wavetank run network-policies',
  policies: 'wavetank run hedging',
  regimes: 'wavetank run hello --error 5%',
  'priority-levels': 'wavetank run api-overload',
  etcd: 'wavetank run etcd-quorum',
};

interface ManyCommand {
  /** What the charts are of. */
  readonly group: string;
  readonly command: string;
  readonly charts: readonly {
    /** Its name in the report. */
    readonly file: string;
    /** Its name in the gallery. */
    readonly name: string;
    readonly summary: string;
  }[];
}

const RATES = "--vary 'spec.traffic[0].arrivals.poisson.rate=60/s,120/s,180/s'";

export const manyCommands: readonly ManyCommand[] = [
  {
    group: 'Of several seeds',
    command: 'wavetank run hello --seeds 5',
    charts: [
      {
        file: 'latency-over-seeds',
        name: 'latency-over-seeds',
        summary: 'Latency over time: means over the seeds, with 95 % confidence bands.',
      },
    ],
  },
  {
    group: 'Of a sweep',
    command: `wavetank sweep hello ${RATES} --vary 'spec.network.balancer=Random,RoundRobin' --seeds 3`,
    charts: [
      {
        file: 'requests-mean-during-2m-3m',
        name: 'figure-over-an-axis',
        summary: 'A figure over one axis, a curve for each choice on another, with 95 % confidence bands.',
      },
      {
        file: 'latency-distribution',
        name: 'latency-distribution',
        summary: 'Which share of the requests of each cell took how long.',
      },
      {
        file: 'latency-violins',
        name: 'latency-violins',
        summary: 'The same as violins, with a box plot in each.',
      },
    ],
  },
  {
    group: 'Of a bench',
    command: 'wavetank bench hello --schedulers default,TightestFit,WorstFit --seeds 3',
    charts: [
      {
        file: 'bench-differences',
        name: 'bench-differences',
        summary: 'How each variant differs from the first one, seed by seed, with 95 % confidence intervals.',
      },
    ],
  },
  {
    group: 'Of chaos',
    command: 'wavetank chaos hello --targets zones --moments evenly:1',
    charts: [
      {
        file: 'chaos-matrix',
        name: 'chaos-matrix',
        summary: 'What each strike hurts, and at which moment.',
      },
    ],
  },
];
