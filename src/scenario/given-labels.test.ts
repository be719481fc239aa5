// What the loader says about Services that select pods by labels which controllers give.
import { expect, it } from 'vitest';
import { HEADER, load } from '../../test/scenario/tank.ts';

/** Notes about a Service with this selector that something calls, beside a workload of this kind. */
function notes(kind: string, apiVersion: string, selector: string): string[] {
  const text = `apiVersion: ${apiVersion}
kind: ${kind}
metadata: { name: db }
spec:
  ${kind === 'StatefulSet' ? 'serviceName: db\n  ' : ''}${kind === 'Job' ? '' : 'selector: { matchLabels: { app: db } }\n  '}template:
    metadata: { labels: { app: db } }
    spec: { ${kind === 'Job' ? 'restartPolicy: Never, ' : ''}containers: [{ name: c, image: nginx }] }
---
apiVersion: v1
kind: Service
metadata: { name: svc }
spec: { selector: ${selector}, ports: [{ port: 80 }] }
`;
  const body = `  duration: 1m\n  traffic: [{ name: u, to: svc, arrivals: { constant: { rate: 1/s } } }]`;
  return load(HEADER + body, {}, [{ file: 'm.yaml', text }]).notes.filter((note) => note.includes('selects no pods'));
}

const none = ['Service default/svc selects no pods of the input'];

it.each([
  ['StatefulSet', 'apps/v1', '{ app: db, statefulset.kubernetes.io/pod-name: db-0 }', []],
  ['StatefulSet', 'apps/v1', '{ statefulset.kubernetes.io/pod-name: other-0 }', none],
  ['StatefulSet', 'apps/v1', '{ statefulset.kubernetes.io/pod-name: db-first }', none],
  ['StatefulSet', 'apps/v1', '{ apps.kubernetes.io/pod-index: "1" }', []],
  ['Deployment', 'apps/v1', '{ app: db, pod-template-hash: 7f9c }', []],
  ['Deployment', 'apps/v1', '{ statefulset.kubernetes.io/pod-name: db-0 }', none],
  ['DaemonSet', 'apps/v1', '{ controller-revision-hash: 7f9c }', []],
  ['Job', 'batch/v1', '{ job-name: db }', []],
  ['Job', 'batch/v1', '{ batch.kubernetes.io/job-name: dbs }', none],
])('%s %s selected by %s', (kind, apiVersion, selector, expected) => {
  expect(notes(kind, apiVersion, selector)).toEqual(expected);
});
