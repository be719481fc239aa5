// etcd that is lost and restored: what was written since the snapshot is gone, what was deleted is back, and who hears of it.
import { describe, expect, it } from 'vitest';
import { eventsOf, type FinishedRun, podsOf, runScenario } from '../support/world-rig.ts';

const scenario = (restore: string): string => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: restore }
spec:
  duration: 8m
  interval: 5s
  kubelet: { cachedImages: ["*"] }
  controlPlane: { replicas: 3, zones: [a, b, c], processes: { restart: 2s } }
  cluster: { nodePools: [{ name: w, count: 3, zones: [a, b, c], capacity: { cpu: 4, memory: 8Gi } }] }
  timeline:
    - { at: 1m, snapshotSave: {} }
    - { at: 70s, scale: { deployment: web, replicas: 6 } }
    - { at: 80s, delete: { kind: Deployment, name: keep } }
    - { at: 3m, snapshotRestore: ${restore} }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: "web:1" }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: keep }
spec:
  replicas: 2
  selector: { matchLabels: { app: keep } }
  template: { metadata: { labels: { app: keep } }, spec: { containers: [{ name: keep, image: "keep:1" }] } }
`;

const living = (run: FinishedRun, of: string): string[] =>
  podsOf(run)
    .filter(({ owner, deleted_seconds: deleted }) => owner.startsWith(`${of}-`) && deleted === null)
    .map(({ phase }) => phase);

describe('a restore with a bump of the revision', () => {
  const run = runScenario(scenario('{ bumpRevision: 1000000 }'));

  it('brings back what was deleted, and takes away what came later', () => {
    expect(living(run, 'web')).toEqual(['Running', 'Running', 'Running']);
    expect(living(run, 'keep')).toEqual(['Running', 'Running']);
  });

  it('goes on from a revision above all others', () => {
    expect(run.world.state.resourceVersion).toBeGreaterThan(1_000_000);
  });
});

describe('a restore without one', () => {
  const run = runScenario(scenario('{}'));

  it('leaves kubelets blind: pods that are back are bound, and nobody starts them', () => {
    expect(living(run, 'keep')).toEqual(['Pending', 'Pending']);
    expect(run.world.state.resourceVersion).toBeLessThan(1_000_000);
  });
});

it('without its snapshot nothing is restored', () => {
  const run = runScenario(scenario('{ name: other.db }'));
  expect(eventsOf(run).filter(({ reason }) => reason === 'ActionRefused')).toHaveLength(1);
  expect(living(run, 'web')).toHaveLength(6);
});
