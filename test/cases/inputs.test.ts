// Cases about what is said of an input before anything runs: of dumps, custom objects, and what is not simulated.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runJob } from '../../src/world/run.ts';
import { eventsOf, families, jobOf, podsOf } from '../support/world-rig.ts';

const loadedOf = (file: string) => jobOf(readFileSync(new URL(`${file}.yaml`, import.meta.url), 'utf8')).loaded;

const CUSTOM = `---
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata: { name: web }
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: { name: web }
`;
const OTHERS = `---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: a }
handler: a
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: b }
handler: b
---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: a, image: a, resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 2, memory: 1024Mi } } }] }
`;

describe('a dump', () => {
  it('says how many objects were taken for what', () => {
    expect(loadedOf('11-dump').caveats[0]).toBe(
      'of 9 objects in the input 2 Nodes, 1 Deployment are taken; left out: 2 Pods, 2 ReplicaSets recreated by their owners; 1 Pod finished; 1 Pod in deletion',
    );
  });

  it('keeps the pods of owners that are not simulated, and forgets the owners', () => {
    const { objects } = jobOf(`---
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: agent, namespace: default, uid: 11111111-1111-4111-8111-111111111111 }
spec: { selector: { matchLabels: { a: b } }, template: { metadata: { labels: { a: b } }, spec: { containers: [{ name: a, image: a }] } } }
---
apiVersion: v1
kind: Pod
metadata:
  name: agent-x7
  namespace: default
  uid: 22222222-1111-4111-8111-111111111111
  ownerReferences: [{ apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: 11111111-1111-4111-8111-111111111111, controller: true }]
spec: { nodeName: default-0, containers: [{ name: a, image: a }] }
status: { phase: Running }
`).loaded;
    const pod = objects.find(({ object }) => object.kind === 'Pod');
    expect(pod?.object.metadata['ownerReferences']).toBeUndefined();
  });
});

describe('a List with volumes, Endpoints and Events', () => {
  const list = readFileSync(new URL('dump-with-volume.yaml', import.meta.url), 'utf8');

  it('leaves out what is recreated and what has happened', () => {
    expect(jobOf(list, { duration: '3m', skipUnknown: true }).loaded.caveats[0]).toBe(
      'of 12 objects in the input 1 Deployment, 1 Node, 1 PersistentVolume, 1 PersistentVolumeClaim, 1 Service are taken; left out: 1 EndpointSlice, 1 Endpoints, 1 Pod, 1 ReplicaSet recreated by their owners; 1 Pod finished; 1 Event about what has happened; 1 ServiceMonitor of kinds that nothing defines (--skip-unknown)',
    );
  });

  it('binds the claim to its volume again, whose UIDs are of another cluster', () => {
    const outcome = runJob(jobOf(list, { duration: '3m', skipUnknown: true }), { families, check: true });
    expect(podsOf(outcome).map(({ node, phase }) => [node, phase])).toEqual([['n1', 'Running']]);
    expect(outcome.refused).toEqual([]);
    const { objects } = outcome.world.state;
    const volumes = [...objects.ofKind('PersistentVolume')].map((row) => objects.get(row));
    expect(volumes).toMatchObject([{ spec: { claimRef: { name: 'data' } }, status: { phase: 'Bound' } }]);
  });

  it('gives the claim another volume where its own is not in the input', () => {
    const items = list.split(/^(?=- )/m);
    const without = items.filter((item) => !item.includes('kind: PersistentVolume\n')).join('');
    expect(without).toContain('kind: PersistentVolumeClaim');
    const { objects } = jobOf(without, { duration: '3m', skipUnknown: true }).loaded;
    const claim = objects.find(({ object }) => object.kind === 'PersistentVolumeClaim');
    expect(claim?.object).toMatchObject({ spec: { storageClassName: 'standard' } });
    expect(claim?.object).not.toMatchObject({ spec: { volumeName: expect.anything() } });
  });
});

describe('custom objects that nothing defines', () => {
  it('are refused, and the error says how to leave them out', () => {
    expect(() => jobOf(CUSTOM)).toThrow(/unknown kind "ServiceMonitor".*--skip-unknown/);
    expect(() => jobOf(CUSTOM)).toThrow(/no kind Service in "serving\.knative\.dev\/v1".*--skip-unknown/);
  });

  it('are left out and counted with --skip-unknown; a misspelled kind is still refused', () => {
    const { caveats } = jobOf(CUSTOM + OTHERS, { skipUnknown: true }).loaded;
    expect(caveats[0]).toContain('left out: 1 Service, 1 ServiceMonitor of kinds that nothing defines');
    const misspelled = 'apiVersion: apps/v1\nkind: Deploymnt\nmetadata: { name: web }\n';
    expect(() => jobOf(misspelled, { skipUnknown: true })).toThrow('did you mean "Deployment"?');
  });
});

describe('custom objects that the timeline applies', () => {
  const scenario = `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: applies }
spec:
  duration: 1m
  timeline:
    - { at: 10s, apply: { apiVersion: monitoring.coreos.com/v1, kind: ServiceMonitor, metadata: { name: web } } }
    - { at: 20s, apply: { apiVersion: v1, kind: ConfigMap, metadata: { name: web } } }
`;

  it('are refused with their place', () => {
    expect(() => jobOf(scenario)).toThrow(
      /spec\.timeline\[0\]\.apply\.kind: unknown kind "ServiceMonitor".*--skip-unknown/,
    );
  });

  it('are left out and counted with --skip-unknown', () => {
    const outcome = runJob(jobOf(scenario, { skipUnknown: true }), { families, check: true });
    expect(outcome.caveats[0]).toBe(
      'of 1 object that the timeline applies is left out: 1 ServiceMonitor of kinds that nothing defines (--skip-unknown)',
    );
    expect(eventsOf(outcome, 'ActionApplied').map(({ message }) => message)).toEqual(['apply ConfigMap web']);
    expect(outcome.refused).toEqual([]);
  });
});

describe('what is not simulated', () => {
  it('is said by kind and count, limits first among the fields', () => {
    expect(jobOf(OTHERS).loaded.caveats).toEqual([
      'not simulated: 2 RuntimeClasses',
      'without effect: containers[].resources.limits.cpu of 1 Pod',
    ]);
  });

  it('25-podlevel: resources of a pod as a whole count', () => {
    const { ignored, caveats } = loadedOf('25-podlevel');
    expect(ignored).toEqual([]);
    expect(caveats).toEqual([]);
  });
});
