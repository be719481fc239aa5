// The scenarios of the study of sampled requests: queues, balancers, graphs, slow days, deployments that grow, and autoscalers.
import { deployment, scenario, service } from '../support/manifests.ts';

export interface StudyCase {
  readonly name: string;
  readonly text: string;
}

const SERVICES = {
  exponential: '{ exponential: { mean: 10ms } }',
  narrow: '{ lognormal: { median: 9ms, sigma: 0.4 } }',
  wide: '{ lognormal: { median: 6ms, sigma: 1 } }',
} as const;
const POISSON = (rate: number): string => `{ poisson: { rate: ${rate}/s } }`;
const READY = ', readinessProbe: { periodSeconds: 2, httpGet: { path: /, port: 80 } }';

interface Shop {
  readonly work: string;
  readonly compute: string;
  readonly arrivals: string;
  readonly balancer?: string;
  readonly replicas?: number;
  readonly more?: string;
  readonly calls?: string;
  readonly objects?: string;
  readonly duration?: string;
}

function shop({
  work,
  compute,
  arrivals,
  balancer = 'RoundRobin',
  replicas = 4,
  more = '',
  calls = '',
  objects = '',
  duration = '12m',
}: Shop): string {
  return (
    scenario(
      6,
      `  duration: ${duration}
  interval: 30s
  kubelet: { cachedImages: ["*"] }
  network: { balancer: ${balancer} }
  behaviors:
    - image: front
      startup: 1s
      requests: { service: ${work}, ${compute} }${calls}
    - { image: back, startup: 1s, requests: { service: { exponential: { mean: 5ms } }, concurrency: 8 } }
  traffic: [{ name: users, to: front, arrivals: ${arrivals}, start: 15s, timeout: 2s }]
${more}`,
    ) +
    deployment('front', { image: 'front', replicas, cpu: '500m', fields: READY }) +
    service('front') +
    objects
  );
}

const BACK = deployment('back', { image: 'back', replicas: 4, fields: READY }) + service('back');
const HPA = `---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: front }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: front }
  minReplicas: 2
  maxReplicas: 20
  metrics: [{ type: Resource, resource: { name: cpu, target: { type: Utilization, averageUtilization: 60 } } }]
`;
const DAY = `{ daily: { points: [{ at: 0, rate: 150/s }, { at: 6m, rate: 250/s }, { at: 12m, rate: 170/s }, { at: 18m, rate: 240/s }] } }`;

/** Forty of them. `few`: those that `npm test` runs. */
export function studyCases(): StudyCase[] {
  const cases: StudyCase[] = [];
  const computes = { shared: 'concurrency: 64, compute: podShared', slots: 'concurrency: 2, queue: 200' };
  for (const [kind, work] of Object.entries(SERVICES))
    for (const [how, compute] of Object.entries(computes))
      for (const rate of how === 'shared' ? [120, 240, 320] : [240, 480, 640])
        cases.push({ name: `${kind} work, ${how}, ${rate}/s`, text: shop({ work, compute, arrivals: POISSON(rate) }) });
  for (const balancer of ['Random', 'PowerOfTwo', 'JoinShortestQueue'])
    for (const rate of [200, 300])
      cases.push({
        name: `${balancer}, ${rate}/s`,
        text: shop({ work: SERVICES.exponential, compute: computes.shared, arrivals: POISSON(rate), balancer }),
      });
  const graph = (error: number, retries: number): string => `
      calls: [{ service: back, count: 2, timeout: 500ms, retries: { max: ${retries} } }]
    - { image: unused, requests: { service: 1ms, errorRate: ${error} } }`;
  for (const retries of [0, 2])
    for (const error of [0, 0.01, 0.05])
      cases.push({
        name: `calls, errors ${error}, retries ${retries}`,
        text: shop({
          work: SERVICES.narrow,
          compute: `${computes.shared}, errorRate: ${error}`,
          arrivals: POISSON(200),
          calls: graph(error, retries),
          objects: BACK,
        }),
      });
  for (const [how, compute] of Object.entries(computes))
    cases.push({
      name: `a slow day, ${how}`,
      text: shop({ work: SERVICES.exponential, compute, arrivals: DAY, duration: '24m' }),
    });
  for (const replicas of [3, 6])
    cases.push({
      name: `scaled to ${replicas}`,
      text: shop({
        work: SERVICES.exponential,
        compute: computes.shared,
        arrivals: POISSON(200),
        more: `  timeline: [{ at: 6m, scale: { deployment: front, replicas: ${replicas} } }]`,
      }),
    });
  for (const rate of [200, 300, 400])
    cases.push({
      name: `autoscaled, ${rate}/s`,
      text: shop({
        work: SERVICES.narrow,
        compute: computes.shared,
        arrivals: POISSON(rate),
        objects: HPA,
        replicas: 6,
        duration: '20m',
      }),
    });
  for (const rate of [200, 300, 400])
    cases.push({
      name: `constant arrivals, ${rate}/s`,
      text: shop({
        work: SERVICES.wide,
        compute: computes.slots,
        arrivals: `{ constant: { rate: ${rate}/s } }`,
      }),
    });
  return cases;
}
