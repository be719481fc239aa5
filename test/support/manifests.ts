// Manifests for tests, as YAML: the head of a scenario, Deployments, Services.

interface Workload {
  readonly namespace?: string;
  readonly replicas?: number;
  readonly cpu?: string;
  readonly memory?: string;
  readonly image?: string;
  /** The container's name. */
  readonly container?: string;
  /** What continues the pods' labels, their metadata, the container and their spec: YAML in flow style that begins with a comma. */
  readonly labels?: string;
  readonly metadata?: string;
  readonly fields?: string;
  readonly pod?: string;
}

/** A Deployment of pods with one container and the label `app: NAME`. */
export function deployment(name: string, given: Workload = {}): string {
  const { namespace, replicas = 1, cpu = '100m', memory, image = `test/${name}`, container = 'main' } = given;
  const { labels = '', metadata = '', fields = '', pod = '' } = given;
  const requests = `{ cpu: ${cpu}${memory === undefined ? '' : `, memory: ${memory}`} }`;
  return `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}${within(namespace)} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name}${labels} }${metadata} }
    spec: { containers: [{ name: ${container}, image: "${image}", resources: { requests: ${requests} }${fields} }]${pod} }
`;
}

/** A Service of the pods of a Deployment of the same name. */
export const service = (name: string, namespace?: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: ${name}${within(namespace)} }
spec: { selector: { app: ${name} }, ports: [{ port: 80 }] }
`;

/** A Scenario; `spec` is YAML indented by two. */
export const scenarioOf = (spec: string, name = 'test'): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: ${name} }
spec:
${spec}
`;

/** A scenario on `nodes` nodes of 4 CPUs in zones a, b, c. */
export const scenario = (nodes: number, spec: string): string =>
  scenarioOf(`  cluster: { nodePools: [{ name: node, count: ${nodes}, zones: [a, b, c], capacity: { cpu: 4, memory: 16Gi, pods: 110 } }] }
${spec}`);

/** Of a scenario's spec: a cluster on which thousands of pods start at once. */
export const FIVE_HUNDRED_NODES = `  cluster:
    nodePools:
      - { name: node, count: 500, zones: [a, b, c], capacity: { cpu: 8, memory: 32Gi, pods: 110 } }
  controlPlane:
    clients:
      controllers: { qps: 5000, burst: 5000 }
      scheduler: { qps: 5000, burst: 5000 }
  kubelet: { cachedImages: ["*"] }`;

function within(namespace: string | undefined): string {
  return namespace === undefined ? '' : `, namespace: ${namespace}`;
}
