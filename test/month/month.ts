// A cluster at work for weeks: rollouts, jobs, an autoscaler, failures and requests, and what it takes of memory day by day.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { beginRun } from '../../src/world/run.ts';

/** What is there after a day. */
export interface Day {
  readonly day: number;
  /** Of JavaScript and of typed arrays, after garbage was collected. */
  readonly bytes: number;
  readonly events: number;
  /** Pods that there ever were, each of which has a row of pods.csv. */
  readonly pods: number;
  /** Events of Kubernetes, each of which has a row of events.csv. */
  readonly eventRows: number;
}

const DAY_US = 86_400e6;

/** A scenario of so many days. Every six hours each Deployment is rolled out. */
export function scenarioOf(days: number): string {
  const rollouts = Array.from(
    { length: days * 4 },
    (_, index) => `    - { at: ${6 * index + 3}h, rolloutRestart: { deployment: shop } }`,
  );
  return `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: month }
spec:
  duration: ${days}d
  interval: 1h
  cluster: { nodePools: [{ name: node, count: 6, zones: [a, b, c], capacity: { cpu: 8, memory: 32Gi, pods: 110 } }] }
  kubelet: { cachedImages: ["*"] }
  behaviors:
    - { image: example/shop, startup: 10s, requests: { service: { exponential: { mean: 20ms } }, cpu: 20ms, concurrency: 16 } }
    - { image: example/report, run: { length: 2m } }
  traffic: [{ name: users, to: shop, arrivals: { poisson: { rate: 2/s } }, timeout: 1s, retries: { max: 1 } }]
  faults:
    - { fault: PodCrash, every: { exponential: { mean: 1h } } }
    - { fault: { NodeCrash: { for: { lognormal: { median: 20m, sigma: 0.5 } } } }, every: { exponential: { mean: 12h } } }
  timeline:
${rollouts.join('\n')}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - { name: shop, image: example/shop, resources: { requests: { cpu: 500m } }, readinessProbe: { httpGet: { port: 80 } } }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ port: 80 }] }
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  minReplicas: 3
  maxReplicas: 12
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 50 } } }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: report }
spec:
  schedule: "*/10 * * * *"
  jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [{ name: report, image: example/report }] } } } }
`;
}

/** Runs it, with a look at the memory at the end of every `every` days. */
export function memoryByDay(days: number, every = 1): Day[] {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const families = familySchemas(builtInFamilies);
  const loaded = loadScenario([{ file: 'month.yaml', text: scenarioOf(days) }], { families });
  const [job] = expandJobs(loaded, { families });
  const found: Day[] = [];
  let next = every;
  let look: () => void = () => undefined;
  const run = beginRun(job, {
    families: builtInFamilies,
    check: false,
    onWorld({ engine, state, gauges }) {
      look = () => {
        if (engine.now < next * DAY_US) return;
        collect();
        const { heapUsed, arrayBuffers } = process.memoryUsage();
        found.push({
          day: next,
          bytes: heapUsed + arrayBuffers,
          events: engine.events,
          pods: gauges.created,
          eventRows: state.events.length,
        });
        next += every;
      };
    },
    onProgress: () => look(),
  });
  while (run.advance());
  run.finish();
  return found;
}
