// StatefulSets in whole clusters: names, claims and their retention, updates, what kubectl does to them, adoption, refusals.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { describe, expect, it } from 'vitest';
import type { ControllerRevision } from '../../src/controllers/kit/controller-revisions.ts';
import type { StatefulSet } from '../../src/controllers/kit/stateful-set-objects.ts';
import type { KubeObject } from '../../src/model/object-store.ts';
import type { Claim } from '../../src/model/storage/objects.ts';
import { podObject } from '../../src/model/complete-objects/pod-object.ts';
import type { FinishedRun } from '../../src/world/run.ts';
import { scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const set = (more = '', image = 'test/db:v1') => `---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 3
  serviceName: db
  selector: { matchLabels: { app: db } }
  template:
    metadata: { labels: { app: db } }
    spec: { containers: [{ name: main, image: "${image}" }] }
${more}`;

const CLAIMS = `  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], storageClassName: fast, resources: { requests: { storage: 1Gi } } }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: fast }
provisioner: disk.example.com
volumeBindingMode: WaitForFirstConsumer
`;

const run = (timeline: readonly string[], objects: string, duration = '5m'): FinishedRun =>
  runScenario(
    scenario(
      4,
      `  preset: ideal
  duration: ${duration}
  timeline:
${timeline.map((entry) => `    - { ${entry} }`).join('\n')}`.replace(/ {2}timeline:\n$/, ''),
    ) + objects,
  );

const find = ({ world: { state } }: FinishedRun, kind: string, name: string): KubeObject | undefined =>
  state.objects.get(state.objects.find(kind, 'default', name));
const statusOf = (outcome: FinishedRun) => (find(outcome, 'StatefulSet', 'db') as StatefulSet | undefined)?.status;
const claimOf = (outcome: FinishedRun, name: string): Claim | undefined => find(outcome, 'PersistentVolumeClaim', name);
const namesOf = ({ world: { state } }: FinishedRun, kind: string): string[] =>
  [...state.objects.ofKind(kind)].map((row) => state.objects.name[row]);
const living = (outcome: FinishedRun) => podsOf(outcome).filter(({ finished_seconds }) => finished_seconds === null);
const view = ({ world: { state } }: FinishedRun, name: string): Pod => podObject(state, state.findPod('default', name));
const revisions = ({ world: { state } }: FinishedRun): number[] =>
  [...state.objects.ofKind('ControllerRevision')]
    .map((row) => (state.objects.get(row) as ControllerRevision).revision)
    .sort((a, b) => a - b);

describe('the pods of a StatefulSet', () => {
  const outcome = run([], set(`  ordinals: { start: 5 }\n${CLAIMS}`));

  it('come one after the other, each when the one before is ready', () => {
    const pods = living(outcome);
    expect(pods.map(({ pod }) => pod)).toEqual(['db-5', 'db-6', 'db-7']);
    for (const [index, { created_seconds }] of pods.entries()) {
      if (index > 0) expect(created_seconds).toBeGreaterThanOrEqual(pods[index - 1].ready_seconds ?? Infinity);
    }
  });

  it('have names, labels and claims of their own', () => {
    const { metadata, spec } = view(outcome, 'db-6');
    const revision = statusOf(outcome)?.updateRevision;
    expect(metadata?.labels).toEqual({
      app: 'db',
      'controller-revision-hash': revision,
      'statefulset.kubernetes.io/pod-name': 'db-6',
      'apps.kubernetes.io/pod-index': '6',
    });
    expect(metadata?.generateName).toBeUndefined();
    expect(spec).toMatchObject({ hostname: 'db-6', subdomain: 'db' });
    expect(spec?.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-6' } }]);
    expect(namesOf(outcome, 'PersistentVolumeClaim')).toEqual(['data-db-5', 'data-db-6', 'data-db-7']);
    expect(claimOf(outcome, 'data-db-6')?.status?.phase).toBe('Bound');
    expect(outcome.world.state.classes.length).toBeLessThan(4);
  });

  it('are told in events and in workloads.csv', () => {
    expect(eventsOf(outcome, 'SuccessfulCreate').map(({ message }) => message)).toEqual(
      ['db-5', 'db-6', 'db-7'].flatMap((pod) => [
        `Create Claim data-${pod} Pod ${pod} in StatefulSet db success`,
        `Create Pod ${pod} in StatefulSet db successful`,
      ]),
    );
    expect([...outcome.world.measure.workloads.rows()].at(-1)).toMatchObject({
      kind: 'StatefulSet',
      name: 'db',
      desired: 3,
      current: 3,
      ready: 3,
      updated: 3,
      available: 3,
    });
  });

  it('all come at once with podManagementPolicy Parallel', () => {
    const pods = living(run([], set('  podManagementPolicy: Parallel\n')));
    expect(new Set(pods.map(({ created_seconds }) => created_seconds)).size).toBe(1);
  });
});

describe('a Service for one pod', () => {
  it('selects it by the label with its name', () => {
    const service = `---
apiVersion: v1
kind: Service
metadata: { name: primary }
spec: { selector: { statefulset.kubernetes.io/pod-name: db-1 }, ports: [{ port: 80 }] }
`;
    const { world } = run([], set() + service);
    const { objects, endpoints } = world.state;
    const { slices } = endpoints.latest(objects.find('Service', 'default', 'primary'));
    const names = slices.flatMap(({ pods }) => [...pods].map((pod) => world.state.podName(pod)));
    expect(names).toEqual(['db-1']);
  });
});

describe('claims', () => {
  const policy = (whenDeleted: string, whenScaled: string): string =>
    set(
      `  persistentVolumeClaimRetentionPolicy: { whenDeleted: ${whenDeleted}, whenScaled: ${whenScaled} }\n${CLAIMS}`,
    );
  const claims = (outcome: FinishedRun): string[] => namesOf(outcome, 'PersistentVolumeClaim');
  const shrink = 'at: 1m, scale: { kind: StatefulSet, name: db, replicas: 1 }';
  const grow = 'at: 3m, scale: { kind: StatefulSet, name: db, replicas: 3 }';
  const remove = 'at: 4m, delete: { kind: StatefulSet, name: db }';

  it.each([
    ['Retain', 'Retain', ['data-db-0', 'data-db-1', 'data-db-2']],
    ['Retain', 'Delete', ['data-db-0']],
    ['Delete', 'Retain', ['data-db-0', 'data-db-1', 'data-db-2']],
    ['Delete', 'Delete', ['data-db-0']],
  ])('deleted %s, scaled %s: after a scale-down', (deleted, scaled, left) => {
    const outcome = run([shrink], policy(deleted, scaled), '3m');
    expect(claims(outcome)).toEqual(left);
    expect(living(outcome).map(({ pod }) => pod)).toEqual(['db-0']);
  });

  it.each([
    ['Retain', 'Retain', 3],
    ['Retain', 'Delete', 3],
    ['Delete', 'Retain', 0],
    ['Delete', 'Delete', 0],
  ])('deleted %s, scaled %s: after the set is gone', (deleted, scaled, left) => {
    const outcome = run([remove], policy(deleted, scaled), '6m');
    expect(claims(outcome)).toHaveLength(left);
    expect(living(outcome)).toEqual([]);
    expect(namesOf(outcome, 'ControllerRevision')).toEqual([]);
  });

  it('are recreated for an ordinal whose claim went with its pod, and used again where it stayed', () => {
    const uid = (outcome: FinishedRun): string | undefined => claimOf(outcome, 'data-db-2')?.metadata.uid;
    const [before, kept, made] = [
      uid(run([], policy('Retain', 'Retain'))),
      uid(run([shrink, grow], policy('Retain', 'Retain'))),
      uid(run([shrink, grow], policy('Retain', 'Delete'))),
    ];
    expect(kept).toBe(before);
    expect(made).toBeDefined();
    expect(made).not.toBe(before);
  });
});

describe('an update', () => {
  const image = (name: string, at: string) =>
    `at: ${at}, setImage: { kind: StatefulSet, name: db, image: "test/db:${name}" }`;
  const images = (outcome: FinishedRun): string[] =>
    living(outcome)
      .sort((a, b) => (a.pod < b.pod ? -1 : 1))
      .map(({ pod }) => view(outcome, pod).spec?.containers[0].image ?? '');

  it('goes from the highest ordinal to the lowest', () => {
    const outcome = run([image('v2', '1m')], set());
    expect(eventsOf(outcome, 'SuccessfulDelete').map(({ message }) => message)).toEqual(
      ['db-2', 'db-1', 'db-0'].map((pod) => `Delete Pod ${pod} in StatefulSet db successful`),
    );
    expect(images(outcome)).toEqual(['test/db:v2', 'test/db:v2', 'test/db:v2']);
    expect(revisions(outcome)).toEqual([1, 2]);
  });

  it('stops at the partition', () => {
    const outcome = run([image('v2', '1m')], set('  updateStrategy: { rollingUpdate: { partition: 2 } }\n'));
    expect(images(outcome)).toEqual(['test/db:v1', 'test/db:v1', 'test/db:v2']);
  });

  it('waits for the pods to be deleted by hand with OnDelete', () => {
    const remove = 'at: 2m, delete: { kind: Pod, name: db-1 }';
    const outcome = run([image('v2', '1m'), remove], set('  updateStrategy: { type: OnDelete }\n'));
    expect(images(outcome)).toEqual(['test/db:v1', 'test/db:v2', 'test/db:v1']);
  });

  it('takes as many pods down at once as it may with the gate MaxUnavailableStatefulSet', () => {
    const strategy = set('  updateStrategy: { rollingUpdate: { maxUnavailable: 2 } }\n');
    const atOnce = (gate: boolean): number => {
      const gates = `controlPlane: { featureGates: { MaxUnavailableStatefulSet: ${gate} } }\n  timeline:`;
      const outcome = runScenario(
        (scenario(4, `  duration: 5m\n  timeline: [{ ${image('v2', '2m')} }]`) + strategy).replace('timeline:', gates),
      );
      const deleted = eventsOf(outcome, 'SuccessfulDelete').map(({ time_seconds }) => time_seconds);
      return deleted.filter((at) => at < deleted[0] + 0.5).length;
    };
    expect([atOnce(false), atOnce(true)]).toEqual([1, 2]);
  });

  it('keeps as many old revisions as the limit says, and gives an old one a new number', () => {
    const steps = [image('v2', '1m'), image('v3', '2m'), image('v4', '3m'), image('v2', '4m')];
    expect(revisions(run(steps, set()))).toEqual([1, 3, 4, 5]);
    expect(revisions(run(steps, set('  revisionHistoryLimit: 1\n')))).toEqual([4, 5]);
    expect(revisions(run(steps, set('  revisionHistoryLimit: 0\n')))).toEqual([5]);
  });

  it('is begun by kubectl rollout restart, and taken back by undo', () => {
    const restarted = run(['at: 1m, rolloutRestart: { kind: StatefulSet, name: db }'], set());
    expect(podsOf(restarted)).toHaveLength(6);
    expect(revisions(restarted)).toEqual([1, 2]);
    const undo = 'at: 2m, rolloutUndo: { kind: StatefulSet, name: db }';
    const undone = run([image('v2', '1m'), undo], set());
    expect(images(undone)).toEqual(['test/db:v1', 'test/db:v1', 'test/db:v1']);
    expect(revisions(undone)).toEqual([2, 3]);
    expect(run([undo], set()).refused).toEqual([
      'at 2m0s, rollout undo of db: error: no last revision to roll back to',
    ]);
  });
});

describe('a StatefulSet that comes again', () => {
  it('adopts the pods and revisions that it left behind', () => {
    const apply = `at: 3m, apply: { apiVersion: apps/v1, kind: StatefulSet, metadata: { name: db }, spec: { replicas: 3, serviceName: db, selector: { matchLabels: { app: db } }, template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, image: "test/db:v1" }] } } } }`;
    const outcome = run(['at: 2m, delete: { kind: StatefulSet, name: db, cascade: orphan }', apply], set());
    expect(podsOf(outcome)).toHaveLength(3);
    expect(living(outcome).map(({ owner }) => owner)).toEqual(['db', 'db', 'db']);
    expect(statusOf(outcome)).toMatchObject({
      replicas: 3,
      readyReplicas: 3,
      updatedReplicas: 3,
    });
    expect(revisions(outcome)).toEqual([1]);
  });
});

describe('what stands in the way of an ordinal', () => {
  const pod = `---
apiVersion: v1
kind: Pod
metadata: { name: db-1 }
spec: { containers: [{ name: main, image: test/other }] }
`;

  it("is a stranger's pod of its name, until that is gone", () => {
    const blocked = run([], set() + pod);
    expect(
      living(blocked)
        .map(({ pod: name }) => name)
        .sort(),
    ).toEqual(['db-0', 'db-1']);
    const freed = run(['at: 2m, delete: { kind: Pod, name: db-1 }'], set() + pod, '20m');
    expect(
      living(freed)
        .map(({ pod: name, owner }) => `${name} ${owner}`)
        .sort(),
    ).toEqual(['db-0 db', 'db-1 db', 'db-2 db']);
  });

  it('is a quota, and the event says so in the words of the API server', () => {
    const quota = `---
apiVersion: v1
kind: ResourceQuota
metadata: { name: few }
spec: { hard: { pods: "2" } }
`;
    const outcome = run([], quota + set());
    expect(living(outcome)).toHaveLength(2);
    expect(eventsOf(outcome, 'FailedCreate')[0]?.message).toBe(
      'Create Pod db-2 in StatefulSet db failed error: pods "db-2" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2',
    );
  });
});

it('tells by ordinal when which revision was ready', () => {
  const outcome = run(['at: 2m, setImage: { kind: StatefulSet, name: db, image: "test/db:v2" }'], set());
  const rows = [...outcome.world.measure.ordinals.rows(300e6)];
  const hashes = new Set(rows.map((row) => row.pod_template_hash));
  expect(hashes.size).toBe(2);
  for (const ordinal of [0, 1, 2]) {
    const own = rows.filter((row) => row.ordinal === ordinal);
    // Of one pod after the other, without gaps within a pod: two pods, each of them pending first and ready in the end.
    const numbers = own.map((row) => row.revision ?? NaN);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    const [first, second] = [1, 2].map((revision) => own.filter((row) => row.revision === revision));
    expect(first.map((row) => row.state)).toEqual(
      ['Pending', 'NotReady', 'Ready', 'Terminating'].filter((state) => first.some((row) => row.state === state)),
    );
    expect(second.at(-1)).toMatchObject({ state: 'Ready', to_seconds: 300 });
    for (const [at, row] of first.entries()) expect(first[at + 1]?.from_seconds ?? row.to_seconds).toBe(row.to_seconds);
    expect(first.find((row) => row.state === 'Terminating')?.from_seconds).toBeGreaterThanOrEqual(120);
    expect(second[0].from_seconds).toBeGreaterThanOrEqual(first.at(-1)?.to_seconds ?? NaN);
  }
  // The highest ordinal is updated first.
  const updated = [2, 1, 0].map(
    (ordinal) => rows.find((row) => row.ordinal === ordinal && row.revision === 2)?.from_seconds ?? NaN,
  );
  expect(updated).toEqual([...updated].sort((a, b) => a - b));
  const pods = podsOf(outcome);
  expect(pods.map(({ revision }) => revision ?? NaN).toSorted((a, b) => a - b)).toEqual([1, 1, 1, 2, 2, 2]);
  expect(new Set(pods.map(({ pod_template_hash }) => pod_template_hash))).toEqual(hashes);
});
