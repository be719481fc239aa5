// The guides as a course: parts in the order in which they are read, and the guides of each.

export interface Part {
  readonly title: string;
  /** One sentence: what the reader can do afterwards. */
  readonly aim: string;
  /** Files of docs/guides without `.md`; the first one begins the part. */
  readonly guides: readonly string[];
}

const PARTS: readonly Part[] = [
  {
    title: 'Hello',
    aim: 'Write a scenario, run it, read its report, fix what it shows, and talk to it with kubectl.',
    guides: ['hello', 'installing', 'view', 'kubectl', 'library'],
  },
  {
    title: 'Workloads and rollouts',
    aim: 'Know who meets a bad build, and what budgets, quotas and drains do meanwhile.',
    guides: ['workloads', 'rollouts'],
  },
  {
    title: 'Failures',
    aim: 'Break machines, zones, networks and the control plane, and see what users notice.',
    guides: ['faults', 'chaos', 'control-plane', 'etcd', 'flow-control'],
  },
  {
    title: 'Scheduling and scaling',
    aim: 'Ask why a pod is where it is, compare schedulers, and let pods and nodes follow the load.',
    guides: [
      'scheduling',
      'score-plugin',
      'filter-plugin',
      'research-plugins',
      'autoscaling',
      'batch',
      'gpus',
      'costs',
    ],
  },
  {
    title: 'Traffic',
    aim: 'Say who sends requests and how they are served, and find out where their time goes.',
    guides: ['callers', 'processors', 'connections', 'ingress', 'mesh', 'resilience', 'seeing-requests'],
  },
  {
    title: 'Experiments',
    aim: 'Run as many seeds as it takes, on as many machines as there are, and publish what came of it.',
    guides: ['experiments', 'many-machines', 'ci', 'exports'],
  },
  {
    title: 'Calibration',
    aim: 'Begin with your own cluster, its logs and its measurements.',
    guides: ['own-cluster'],
  },
  {
    title: 'Internals',
    aim: 'See what a run is made of, and add a part of your own.',
    guides: ['internals', 'first-plugin'],
  },
];

/** The parts with their numbers in front of their titles. */
export const course: readonly Part[] = PARTS.map((part, at) => ({ ...part, title: `${at + 1}. ${part.title}` }));
