// Whole worlds for tests: a scenario's text → its run in this process, under the eyes of the invariants.
import { expandJobs } from '../../src/scenario/expand.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Job, Overrides } from '../../src/scenario/scenario.ts';
import { buildWorld, type World } from '../../src/world/build.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { type FinishedRun, runJob } from '../../src/world/run.ts';
import { eventRows, podRows } from '../../src/world/tables.ts';

export const families = builtInFamilies;

export type { FinishedRun };

/** The first job of a scenario. */
export function jobOf(text: string, options: Partial<Overrides> = {}): Job {
  const schemas = familySchemas(families);
  const loaded = loadScenario([{ file: 'test.yaml', text }], { families: schemas, ...options });
  const [job] = expandJobs(loaded, { families: schemas });
  return job;
}

/** Runs a scenario to its end. */
export function runScenario(text: string): FinishedRun {
  return runJob(jobOf(text), { families, check: true });
}

/** A world that has not begun yet. */
export function worldOf(text: string): World {
  const job = jobOf(text);
  return buildWorld(job.loaded, job.seed, { families, check: true });
}

export const podsOf = ({ world }: FinishedRun) => [...podRows(world.state, world.gauges)];

/** The events of a run, of one reason if it is named. */
export const eventsOf = ({ world }: FinishedRun, reason?: string) =>
  [...eventRows(world.state)].filter((event) => reason === undefined || event.reason === reason);

interface Workload {
  readonly replicas?: number;
  readonly cpu?: string;
  readonly image?: string;
  /** More fields of the pod's spec, as YAML of flow style without the braces. */
  readonly pod?: string;
}

/** A Deployment of one container named `main`, as YAML. */
export function deployment(
  name: string,
  { replicas = 1, cpu = '100m', image = `test/${name}`, pod = '' }: Workload = {},
): string {
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, image: "${image}", resources: { requests: { cpu: ${cpu} } } }]${pod} }
`;
}

/** A Service of the pods of a Deployment of the same name, as YAML. */
export const service = (name: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;

/** The head of a scenario on `nodes` nodes of 4 CPUs in zones a, b, c; `spec` is YAML indented by two. */
export const scenario = (nodes: number, spec: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  cluster: { nodePools: [{ name: node, count: ${nodes}, zones: [a, b, c], capacity: { cpu: 4, memory: 16Gi, pods: 110 } }] }
${spec}
`;
