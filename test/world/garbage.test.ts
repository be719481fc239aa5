// What becomes of what an object owns, and of what a namespace holds, when it is deleted.
import { describe, expect, it } from 'vitest';
import { Change } from '../../src/model/change-log.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario, worldOf } from '../support/world-rig.ts';
import type { ObjectRow } from '../../src/model/rows.ts';

const remove = (time: string, kind: string, name: string, cascade = 'background'): string =>
  `    - { at: ${time}, delete: { kind: ${kind}, name: ${name}, cascade: ${cascade} } }`;
const apply = (time: string, object: string): string => `    - { at: ${time}, apply: ${object} }`;
const run = (timeline: readonly string[], workload: string) =>
  runScenario(scenario(3, `  duration: 10m\n  timeline:\n${timeline.join('\n')}`) + workload);
type Run = ReturnType<typeof run>;

const living = ({ world: { state } }: Run): string[] => {
  const rows = Array.from({ length: state.objects.length }, (_, row) => row);
  return rows.flatMap((row) =>
    state.objects.get(row as ObjectRow) === undefined ? [] : [`${state.objects.kind[row]} ${state.objects.name[row]}`],
  );
};
const kinds = (outcome: Run): string[] => living(outcome).map((one) => one.split(' ')[0] ?? '');
const removedAt = (outcome: Run): number[] => podsOf(outcome).map((pod) => pod.finished_seconds ?? -1);

/** When the object of a kind was gone, in seconds; -1 for never. */
function goneAt(timeline: readonly string[], workload: string, kind: string): number {
  const { engine, api, state } = worldOf(
    scenario(3, `  duration: 10m\n  timeline:\n${timeline.join('\n')}`) + workload,
  );
  let at = -1;
  api.objectCommits.push((row, what) => {
    if ((what & Change.Removed) !== 0 && state.objects.kind[row] === kind) at = engine.now / 1e6;
  });
  engine.run(600e6);
  return at;
}

describe('a Deployment that is deleted', () => {
  const web = deployment('web', { replicas: 3, pod: ', terminationGracePeriodSeconds: 30' });

  it('in the background goes first, then its ReplicaSet, then the pods', () => {
    const outcome = run([remove('2m', 'Deployment', 'web')], web);
    expect(kinds(outcome)).toEqual([]);
    for (const at of removedAt(outcome)) expect(at).toBeGreaterThan(120);
    expect(goneAt([remove('2m', 'Deployment', 'web')], web, 'Deployment')).toBeLessThan(120.1);
  });

  it('in the foreground goes last, when its pods have ended', () => {
    const outcome = run([remove('2m', 'Deployment', 'web', 'foreground')], web);
    expect(kinds(outcome)).toEqual([]);
    const last = Math.max(...removedAt(outcome));
    expect(goneAt([remove('2m', 'Deployment', 'web', 'foreground')], web, 'ReplicaSet')).toBeGreaterThan(last);
    expect(goneAt([remove('2m', 'Deployment', 'web', 'foreground')], web, 'Deployment')).toBeGreaterThan(last);
  });

  it('as one without dependents leaves them: they lose their owner and run on', () => {
    const outcome = run([remove('2m', 'Deployment', 'web', 'orphan')], web);
    expect(kinds(outcome)).toEqual(['ReplicaSet']);
    expect(removedAt(outcome)).toEqual([-1, -1, -1]);
    const { objects } = outcome.world.state;
    const [row = -1] = [...objects.ofKind('ReplicaSet')];
    expect(objects.get(row)?.metadata.ownerReferences).toBeUndefined();
  });
});

it('a ReplicaSet that is deleted without its pods leaves them without an owner', () => {
  const set = `{ apiVersion: apps/v1, kind: ReplicaSet, metadata: { name: alone }, spec: { replicas: 2, selector: { matchLabels: { app: x } },
      template: { metadata: { labels: { app: x } }, spec: { containers: [{ name: c, image: x }] } } } }`;
  const outcome = run([apply('1m', set), remove('3m', 'ReplicaSet', 'alone', 'orphan')], '');
  expect(kinds(outcome)).toEqual([]);
  expect(podsOf(outcome).map(({ owner, finished_seconds }) => [owner, finished_seconds])).toEqual([
    ['', null],
    ['', null],
  ]);
});

describe('owner references of any kind', () => {
  const map = (name: string, owners: readonly string[]): string =>
    `{ apiVersion: v1, kind: ConfigMap, metadata: { name: ${name}, ownerReferences: [${owners.join(', ')}] } }`;
  const owner = (name: string, uid = name): string => `{ apiVersion: v1, kind: ConfigMap, name: ${name}, uid: ${uid} }`;

  it('of one that is absent: the object goes', () => {
    expect(living(run([apply('1m', map('child', [owner('nobody')]))], ''))).toEqual([]);
  });

  it('of several: it goes with the last one, and loses those that are gone before', () => {
    const steps = [
      apply('1m', map('a', [])),
      apply('1m', map('b', [])),
      apply('2m', map('child', [owner('a'), owner('b')])),
      remove('3m', 'ConfigMap', 'a'),
    ];
    const outcome = run(steps, '');
    expect(living(outcome)).toEqual(['ConfigMap b', 'ConfigMap child']);
    const { objects } = outcome.world.state;
    const child = objects.get(objects.find('ConfigMap', 'default', 'child'));
    expect(child?.metadata.ownerReferences?.map(({ name }) => name)).toEqual(['b']);
    expect(living(run([...steps, remove('4m', 'ConfigMap', 'b')], ''))).toEqual([]);
  });

  it('in a chain: all of it goes', () => {
    const chain = ['a', 'b', 'c', 'd'].map((name, i) =>
      apply(`${60 + i}s`, map(name, i === 0 ? [] : [owner('abcd'[i - 1] ?? '')])),
    );
    expect(living(run([...chain, remove('3m', 'ConfigMap', 'a')], ''))).toEqual([]);
    expect(living(run([...chain, remove('3m', 'ConfigMap', 'a', 'foreground')], ''))).toEqual([]);
    expect(living(run([...chain, remove('3m', 'ConfigMap', 'a', 'orphan')], ''))).toHaveLength(3);
  });
});

describe('a namespace that is deleted', () => {
  const inShop = (text: string): string =>
    text.replace(/metadata: \{ name: web \}/g, 'metadata: { name: web, namespace: shop }');
  const content = inShop(deployment('web', { replicas: 4 }) + service('web')) + deployment('other');

  it('is emptied, its pods first, and goes; nothing new comes in', () => {
    const outcome = run([remove('2m', 'Namespace', 'shop')], content);
    expect(living(outcome).filter((one) => !one.includes('other'))).toEqual([]);
    const pods = podsOf(outcome);
    expect(pods.filter(({ namespace }) => namespace === 'shop')).toHaveLength(4);
    // namespaceDeletionGracePeriod: five seconds before anything happens.
    for (const { namespace, deleted_seconds } of pods) {
      if (namespace === 'shop') expect(deleted_seconds).toBeGreaterThan(125);
      else expect(deleted_seconds).toBeNull();
    }
  });

  it('refuses what is applied meanwhile', () => {
    const late = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: late, namespace: shop } }';
    const outcome = run([remove('2m', 'Namespace', 'shop'), apply('122s', late)], content);
    const said = eventsOf(outcome).filter(({ source }) => source === 'timeline');
    expect(said.at(-1)?.message).toMatch(
      /unable to create new content in namespace shop because it is being terminated/,
    );
  });

  it('refuses what is applied once it is gone', () => {
    const late = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: late, namespace: shop } }';
    const outcome = run([remove('2m', 'Namespace', 'shop'), apply('8m', late)], content);
    const said = eventsOf(outcome).filter(({ source }) => source === 'timeline');
    expect(said.at(-1)?.message).toMatch(/namespaces "shop" not found/);
    expect(living(outcome)).not.toContain('ConfigMap late');
  });

  it('is none that a cluster needs', () => {
    const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: { name: kube-system }\n';
    const outcome = run([remove('2m', 'Namespace', 'kube-system')], content + namespace);
    const said = eventsOf(outcome).filter(({ source }) => source === 'timeline');
    expect(said.at(-1)?.message).toMatch(/namespaces "kube-system" is forbidden: this namespace may not be deleted/);
    expect(living(outcome)).toContain('Namespace kube-system');
  });

  it('can be made again', () => {
    const again = '{ apiVersion: v1, kind: Namespace, metadata: { name: shop } }';
    const late = '{ apiVersion: v1, kind: ConfigMap, metadata: { name: late, namespace: shop } }';
    const outcome = run([remove('2m', 'Namespace', 'shop'), apply('8m', again), apply('9m', late)], content);
    expect(living(outcome)).toContain('ConfigMap late');
  });
});
