// Classes of requests that are larger and more work than others: at the pod that the source calls, and at the backends behind a gateway.
import { describe, expect, it } from 'vitest';
import { runScenario } from '../support/world-rig.ts';

interface Given {
  readonly to: string;
  /** Of the class `video`. */
  readonly video: string;
  readonly bandwidth?: string;
}

/** Two requests a second of each class, over kept connections that are warm; a client is 5 ms away. */
function medians({ to, video, bandwidth = '1MB/s' }: Given): { readonly page: number; readonly video: number } {
  const { world } = runScenario(`apiVersion: wavetank/v1
kind: Scenario
metadata: { name: sizes }
spec:
  preset: ideal
  duration: 60s
  cluster: { nodePools: [{ name: web, count: 1 }, { name: proxy, count: 1, labels: { role: proxy } }] }
  network: { links: { client: 5ms } }
  connections: { callers: { max: 100 }, nodeBandwidth: ${bandwidth}, slowStartAfterIdle: false }
  behaviors:
    - { image: web, requests: { service: 10ms, concurrency: 1000, size: { request: 100B, response: 200B } }, calls: [{ service: store }] }
    - { image: store, requests: { service: 2ms, concurrency: 1000 } }
    - { image: proxy, requests: { service: 0s, concurrency: 1000 }, gateway: { kind: envoy, controller: acme.io/test, workers: 4, response: 0s } }
  traffic:
    - name: people
      to: ${to}
      host: shop.test
      arrivals: { constant: { rate: 4/s } }
      start: 5s
      classes: [{ name: page }, { name: video, ${video} }]
---
apiVersion: v1
kind: Pod
metadata: { name: web, labels: { app: web } }
spec: { nodeName: web-0, containers: [{ name: main, image: web }] }
---
apiVersion: v1
kind: Pod
metadata: { name: store, labels: { app: store } }
spec: { nodeName: web-0, containers: [{ name: main, image: store }] }
---
apiVersion: v1
kind: Pod
metadata: { name: proxy, labels: { app: proxy } }
spec: { nodeName: proxy-0, containers: [{ name: main, image: proxy }] }
---
apiVersion: v1
kind: List
items:
  - { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
  - { apiVersion: v1, kind: Service, metadata: { name: store }, spec: { selector: { app: store }, ports: [{ port: 80 }] } }
  - { apiVersion: v1, kind: Service, metadata: { name: proxy }, spec: { selector: { app: proxy }, ports: [{ port: 80 }] } }
  - { apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: test }, spec: { controller: acme.io/test } }
  - { apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web }, spec: { ingressClassName: test, rules: [{ host: shop.test, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] } }
`);
  const rows = world.measure.classes.rows.filter(({ time_seconds }) => time_seconds > 30);
  const median = (name: string): number => {
    const of = rows.filter((row) => row.class === name && row.request_duration_seconds_p50 !== undefined);
    return (of.at(-1)?.request_duration_seconds_p50 ?? 0) * 1000;
  };
  return { page: median('page'), video: median('video') };
}

describe.each([
  // Two links of 5 ms and 12 ms of work; what is between the proxy and the pod takes no time.
  ['the pod itself', 'web', 1],
  // The answer is sent twice, one after the other: by the pod and by the proxy.
  ['a gateway before it', 'proxy', 2],
])('a class of requests to %s', (_what, to, sends) => {
  it('has answers of its own size: 50 kB at 1 MB/s take 50 ms', () => {
    const { page, video } = medians({ to, video: 'size: { response: 50kB }' });
    expect(Math.abs(page - 22)).toBeLessThan(4);
    expect(Math.abs(video - 22 - 50 * sends)).toBeLessThan(4);
  });

  it('has requests of its own size', () => {
    const { video } = medians({ to, video: 'size: { request: 20kB }' });
    expect(Math.abs(video - 22 - 20 * sends)).toBeLessThan(4);
  });

  it('is more work there, and not further down', () => {
    const { page, video } = medians({ to, video: 'work: 3' });
    expect(Math.abs(page - 22)).toBeLessThan(4);
    // 20 ms more at `web`, nothing at `store`.
    expect(Math.abs(video - 42)).toBeLessThan(4);
  });
});
