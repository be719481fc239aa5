// A scenario with everything on that calls may meet: names, policies, hedges, mirrors, limits, event loops, collectors, faults.
import { deployment, scenario, service } from '../support/manifests.ts';

export const EVERYTHING_TRACED =
  scenario(
    4,
    `  duration: 4m
  interval: 10s
  tracing: { sample: 1 }
  dns: { service: dns, timeout: 200ms, loss: 0.01 }
  behaviors:
    - image: test/front
      requests: { service: { cpu: { exponential: { mean: 2ms } }, wait: 1ms, turns: 2 }, concurrency: 16, compute: podShared, errorRate: 0.02, size: { request: 100B, response: 2kB } }
      gc: { every: 2s, work: 20ms, threads: 1 }
      warmup: { for: 20s, factor: 3 }
      calls:
        - { service: back, count: 2, parallel: true, connections: { protocol: http2, tls: "1.3", lifetime: 20s }, timeout: 300ms, retries: { max: 2, backoff: 10ms }, policies: [{ Bulkhead: { maxConcurrentCalls: 4, maxWaitDuration: 50ms } }] }
        - { service: cache, parallel: true, timeout: 100ms, policies: [{ Hedging: { hedgingDelay: 5ms } }, { Fallback: { takes: 1ms } }] }
        - { service: store, timeout: 200ms, probability: 0.5, policies: [{ EnvoyCircuitBreakers: { maxConnections: 1, maxRequests: 20 } }, { Retry: { maxAttempts: 2, waitDuration: 5ms } }] }
    - image: test/back
      requests: { service: { exponential: { mean: 8ms } }, concurrency: 4, queue: 16, compute: nodeShared }
      policies: [{ AIMDLimit: { initialLimit: 30 } }]
      calls: [{ service: cache, probability: 0.3, timeout: 100ms }]
    - { image: test/cache, requests: { service: { hyperexponential: { mean: 3ms, scv: 8 } }, concurrency: 4, queue: 50, order: preemptivePriority }, policies: [{ QueueLimit: { length: 40 } }] }
    - { image: test/store, requests: { service: { exponential: { mean: 4ms } }, model: eventLoop, concurrency: 50, compute: nodeShared } }
    - { image: test/shadow, requests: { service: 5ms }, calls: [{ service: cache }] }
    - { image: test/proxy, startup: 0s, mesh: { place: node, pods: { labels: { app: store } }, work: 200us } }
    - { image: test/dns, startup: 0s, requests: { service: 200us, concurrency: 10 } }
  traffic:
    - { name: users, to: front, arrivals: { poisson: { rate: 60/s } }, start: 30s, timeout: 1s, bandwidth: 400kB/s, retries: { max: 1 }, policies: [{ Deadline: { timeout: 1500ms } }] }
    - { name: batch, to: cache, arrivals: { poisson: { rate: 100/s } }, start: 30s, timeout: 300ms, priority: 5 }
  timeline:
    - { at: 70s, fault: { SlowPod: { deployment: back, count: 1, factor: 4, for: 30s } } }
    - { at: 80s, fault: { ContainerHang: { deployment: cache, count: 1, for: 5s } } }
    - { at: 110s, fault: { PodCrash: { deployment: back, count: 2 } } }
    - { at: 150s, fault: { NodeCrash: { count: 1, for: 30s } } }`,
  ) +
  [
    deployment('front', { replicas: 3 }),
    deployment('back', { replicas: 3, cpu: '100m }, limits: { cpu: 400m' }),
    deployment('cache', { replicas: 2 }),
    deployment('store', { replicas: 2 }),
    deployment('shadow'),
    deployment('dns'),
    ...['front', 'back', 'cache', 'store', 'shadow', 'dns'].map((name) => service(name)),
  ].join('') +
  `---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: proxy }
spec: { selector: { matchLabels: { app: proxy } }, template: { metadata: { labels: { app: proxy } }, spec: { containers: [{ name: proxy, image: test/proxy }] } } }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: back }
spec: { hosts: [back], http: [{ route: [{ destination: { host: back } }], mirror: { host: shadow }, mirrorPercentage: { value: 20 } }] }
`;
