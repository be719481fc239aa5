// Cases about what is said of an input before anything runs: of dumps, custom objects, and what is not simulated.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jobOf } from '../support/world-rig.ts';

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
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a }
spec: { podSelector: {} }
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: b }
spec: { podSelector: {} }
---
apiVersion: v1
kind: Pod
metadata: { name: p }
spec: { containers: [{ name: a, image: a, resources: { requests: { cpu: 1, memory: 1Gi }, limits: { cpu: 2, memory: 1024Mi } } }] }
`;

describe('a dump', () => {
  it('says how many objects were taken for what', () => {
    expect(loadedOf('11-dump').caveats[0]).toBe(
      'of 9 objects in the input 2 Nodes, 1 Deployment are taken; left out: 2 Pods, 2 ReplicaSets made anew by their owners; 1 Pod finished; 1 Pod in deletion',
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

describe('what is not simulated', () => {
  it('is said by kind and count, limits first among the fields', () => {
    expect(jobOf(OTHERS).loaded.caveats).toEqual([
      'not simulated: 2 NetworkPolicies',
      'without effect: containers[].resources.limits.cpu of 1 Pod',
    ]);
  });

  it('25-podlevel: resources of a pod as a whole count', () => {
    const { ignored, caveats } = loadedOf('25-podlevel');
    expect(ignored).toEqual([]);
    expect(caveats).toEqual([]);
  });
});
