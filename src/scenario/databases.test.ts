// Services that select pods of a database by the label that its operator writes.
import { expect, it } from 'vitest';
import { withoutRole } from './databases.ts';
import type { KubernetesObject, Scenario } from './scenario.ts';

const scenario = {
  behaviors: [{ image: 'postgres', database: { label: 'role' } }],
  defaultBehavior: { image: '' },
} as unknown as Pick<Scenario, 'behaviors' | 'defaultBehavior'>;
const set = (kind: string, image: string): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'db' },
  spec: { template: { metadata: {}, spec: { containers: [{ name: 'main', image }] } } },
});
const service = (role: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'rw' },
  spec: { selector: { app: 'db', role } },
});
const selectorOf = (role: string, object: KubernetesObject): unknown =>
  (withoutRole(service(role), object, scenario)['spec'] as { selector: unknown }).selector;

it('leaves the role out for StatefulSets that run a database, where it is one that the operator writes', () => {
  expect(selectorOf('primary', set('StatefulSet', 'postgres:16'))).toEqual({ app: 'db' });
  expect(selectorOf('replica', set('StatefulSet', 'postgres:16'))).toEqual({ app: 'db' });
  expect(selectorOf('master', set('StatefulSet', 'postgres:16'))).toEqual({ app: 'db', role: 'master' });
  expect(selectorOf('primary', set('StatefulSet', 'redis'))).toEqual({ app: 'db', role: 'primary' });
  expect(selectorOf('primary', set('Deployment', 'postgres:16'))).toEqual({ app: 'db', role: 'primary' });
});
