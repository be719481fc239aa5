// The features, each as a change of calls.yaml.

export interface Feature {
  readonly name: string;
  /** As with `--set`. */
  readonly set: readonly string[];
  /** Further documents. */
  readonly documents?: string;
  /** How many times what plain calls cost it may cost at most: one and a half times what was measured. */
  readonly most: number;
}

const CALL = 'spec.behaviors[image=example/front].calls[0]';
const FRONT = 'spec.behaviors[image=example/front].requests';
const BACKEND = 'spec.behaviors[image=example/backend].requests';

const policies = (value: string): string[] => [`${CALL}.policies=${value}`];

const POLICY = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: backend }
spec:
  podSelector: { matchLabels: { app: backend } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: front } } }] }]
`;

/** What gets the copies. */
const SHADOW = `---
apiVersion: apps/v1
kind: Deployment
metadata: { name: shadow }
spec:
  replicas: 100
  selector: { matchLabels: { app: shadow } }
  template:
    metadata: { labels: { app: shadow } }
    spec: { containers: [{ name: main, image: example/backend, resources: { requests: { cpu: 4, memory: 128Mi } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: shadow }
spec: { selector: { app: shadow }, ports: [{ port: 80 }] }
`;

export const PLAIN: Feature = { name: 'plain', set: [], most: 1 };

export const FEATURES: readonly Feature[] = [
  { name: 'Deadline', set: policies('[{ Deadline: { timeout: 3s } }]'), most: 2 },
  { name: 'FinagleRetryBudget', set: policies('[FinagleRetryBudget]'), most: 2 },
  { name: 'CircuitBreaker', set: policies('[CircuitBreaker]'), most: 2 },
  { name: 'GrpcOutlierDetection', set: policies('[GrpcOutlierDetection]'), most: 2.2 },
  { name: 'Hedging after 20 ms', set: policies('[{ Hedging: { hedgingDelay: 20ms } }]'), most: 2.6 },
  { name: 'weights of a route', set: [], documents: route(''), most: 1.7 },
  { name: 'a copy of each request', set: [], documents: route(', mirror: { host: shadow }') + SHADOW, most: 3.5 },
  { name: 'NetworkPolicy', set: [], documents: POLICY, most: 2.1 },
  { name: 'HTTP/1.1, kept alive', set: [`${CALL}.connections={ protocol: http1 }`], most: 3.9 },
  { name: 'HTTP/2', set: [`${CALL}.connections={ protocol: http2 }`], most: 3.9 },
  { name: 'HTTP/2 with TLS', set: [`${CALL}.connections={ protocol: http2, tls: "1.3" }`], most: 3.9 },
  { name: 'DNS, NodeLocal', set: ['spec.dns={ service: dns, nodeLocal: true, names: rooted }'], most: 7.5 },
  { name: 'keys by Zipf', set: ['spec.traffic[0].keys={ count: 10000, zipf: 1 }'], most: 1.7 },
  {
    name: 'a cache in each pod',
    set: ['spec.traffic[0].keys={ count: 10000, zipf: 1 }', `${CALL}.cache={ entries: 1000, ttl: 10s }`],
    most: 2,
  },
  { name: 'tracing, 1 %', set: ['spec.tracing={ sample: 0.01 }'], most: 2 },
  { name: 'tracing, 100 %', set: ['spec.tracing={ sample: 1 }'], most: 3.3 },
  {
    name: 'podShared',
    set: [FRONT, BACKEND].flatMap((at) => [`${at}.compute=podShared`, `${at}.processors=4`]),
    most: 1.7,
  },
  { name: 'nodeShared', set: [`${FRONT}.compute=nodeShared`, `${BACKEND}.compute=nodeShared`], most: 1.7 },
];

function route(more: string): string {
  return `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: backend }
spec:
  hosts: [backend]
  http: [{ route: [{ destination: { host: backend }, weight: 100 }]${more} }]
`;
}
