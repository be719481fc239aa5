// kubectl drain as an action: what it refuses, what its flags change, how it hangs, and what is said of that.
import { describe, expect, it } from 'vitest';
import { eventsOf, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

const PODS = `---
{ apiVersion: v1, kind: Pod, metadata: { name: bare }, spec: { nodeName: w-0, terminationGracePeriodSeconds: 5, containers: [{ name: c, image: x }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      nodeSelector: { kubernetes.io/hostname: w-0 }
      volumes: [{ name: tmp, emptyDir: {} }]
      containers: [{ name: c, image: x }]
---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent }
spec:
  selector: { matchLabels: { app: agent } }
  template:
    metadata: { labels: { app: agent } }
    spec: { containers: [{ name: c, image: x }] }
`;

const budget = (fields: string): string => `---
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web }, spec: { ${fields}, selector: { matchLabels: { app: web } } } }
`;

const drained = (args: string, rest = '', then = ''): FinishedRun =>
  runScenario(
    `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: drain }
spec:
  duration: 5m
  kubelet: { cachedImages: ["*"] }
  cluster: { nodePools: [{ name: w, count: 2, capacity: { cpu: 4, memory: 16Gi, pods: 20 } }] }
  timeline: [{ at: 1m, drain: { node: w-0${args} } }${then}]
` +
      PODS +
      rest,
  );

/** Names without their suffixes of the pods that were deleted. */
const gone = (outcome: FinishedRun): string[] =>
  podsOf(outcome)
    .filter((pod) => pod.deleted_seconds !== null)
    .map((pod) => pod.pod.replace(/-.*/, ''))
    .sort();

const ALL = ', force: true, ignoreDaemonsets: true, deleteEmptydirData: true';

describe('refused', () => {
  it('before anything is evicted, in one sentence for all reasons; the node is cordoned', () => {
    const outcome = drained('');
    expect(outcome.refused).toEqual([
      expect.stringMatching(
        /^at 1m0s, drain w-0: error: unable to drain node "w-0" due to error: \[cannot delete DaemonSet-managed Pods \(use --ignore-daemonsets to ignore\): default\/agent-\w+, cannot delete Pods that declare no controller \(use --force to override\): default\/bare, cannot delete Pods with local storage \(use --delete-emptydir-data to override\): default\/web-\w+-\w+, default\/web-\w+-\w+\], continuing command\.\.\.$/,
      ),
    ]);
    expect(gone(outcome)).toEqual([]);
    expect(outcome.world.state.nodes.unschedulable[0]).toBe(1);
  });

  it('not for pods that the selector leaves out', () => {
    expect(gone(drained(', deleteEmptydirData: true, podSelector: "tier=front"'))).toEqual(['web', 'web']);
  });
});

describe('done', () => {
  it('takes all but the daemon pods, each with its own grace or with the given one', () => {
    const outcome = drained(ALL);
    expect(outcome.refused).toEqual([]);
    expect(gone(outcome)).toEqual(['bare', 'web', 'web']);
    expect(eventsOf(outcome, 'ActionApplied').map(({ message }) => message)).toEqual(['drain w-0']);
    const pods = [...podsOf(drained(`${ALL}, gracePeriod: 0`))];
    expect(pods.find(({ pod }) => pod === 'bare')?.deleted_seconds).toBeLessThan(60.5);
  });

  it('deletes without asking budgets when evictions are disabled', () => {
    const outcome = drained(`${ALL}, disableEviction: true`, budget('maxUnavailable: 0'));
    expect(gone(outcome)).toEqual(['bare', 'web', 'web']);
    expect(eventsOf(outcome, 'EvictionRefused')).toEqual([]);
  });
});

describe('hanging', () => {
  it('tries again every five seconds, says why once, and is listed at the end', () => {
    const outcome = drained(ALL, budget('maxUnavailable: 0'));
    expect(gone(outcome)).toEqual(['bare']);
    const why = 'The disruption budget web needs 2 healthy pods and has 2 currently';
    expect(outcome.refused).toHaveLength(1);
    expect(outcome.refused[0]).toMatch(
      new RegExp(
        `^at 1m0s, drain w-0: has not ended; it waits for default/web-\\S+ \\(${why}\\), default/web-\\S+ \\(${why}\\)$`,
      ),
    );
    const events = eventsOf(outcome, 'EvictionRefused');
    expect(events).toHaveLength(2);
    expect(events[0].message).toMatch(
      /^drain w-0: error when evicting pods\/"web-\S+" -n "default" \(will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget\. The disruption budget web needs/,
    );
  });

  it.each([
    [63, 65],
    [66, 70],
    [104, 105],
  ])('goes on with the try after the budget is gone: gone at %d s, evicted at %d s', (second, next) => {
    const end = `, { at: ${second}s, delete: { kind: PodDisruptionBudget, name: web } }`;
    const outcome = drained(ALL, budget('maxUnavailable: 0'), end);
    const times = eventsOf(outcome, 'Killing')
      .filter(({ name }) => name.startsWith('web'))
      .map(({ time_seconds }) => time_seconds);
    expect(times).toHaveLength(2);
    for (const time of times) {
      expect(time).toBeGreaterThan(next);
      expect(time).toBeLessThan(next + 1);
    }
    expect(outcome.refused).toEqual([]);
  });

  it('ends at its time limit', () => {
    const outcome = drained(`${ALL}, timeout: 90s`, budget('minAvailable: 100%'));
    expect(outcome.refused).toEqual([
      expect.stringMatching(
        /^at 1m0s, drain w-0: error: unable to drain node "w-0" due to error: \[error when evicting pods\/"web-\S+" -n "default": global timeout reached: 1m30s, error when evicting pods\/"web-\S+" -n "default": global timeout reached: 1m30s\], continuing command\.\.\.$/,
      ),
    ]);
  });

  it('waits for a pod that does not end, and no longer than its limit', () => {
    const outcome = drained(
      `${ALL}, gracePeriod: 600, timeout: 30s, podSelector: "app=stubborn"`,
      `---
{ apiVersion: v1, kind: Pod, metadata: { name: stubborn, labels: { app: stubborn } }, spec: { nodeName: w-0, terminationGracePeriodSeconds: 600, containers: [{ name: c, image: x, lifecycle: { preStop: { sleep: { seconds: 500 } } } }] } }
`,
    );
    expect(outcome.refused[0]).toMatch(
      /error when waiting for pod "stubborn" in namespace "default" to terminate: context deadline exceeded/,
    );
  });
});
