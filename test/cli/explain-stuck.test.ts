// What `wavetank explain --workload` says of what is stuck: indexes of a Job in back-off, a StatefulSet at an ordinal, a drain at a pod that does not end.
import { describe, expect, it } from 'vitest';
import { workloadName } from '../../src/cli/explain/workload-name.ts';
import { explainWorkload, type WorkloadExplanation } from '../../src/world/explain/workload.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { eventRows } from '../../src/world/tables.ts';
import { deployment, scenario } from '../support/manifests.ts';
import { jobOf, worldOf } from '../support/world-rig.ts';

const MINUTE_US = 60e6;

function explained(text: string, name: string, atUs: number): WorkloadExplanation {
  const found = explainWorkload(jobOf(text), builtInFamilies, workloadName(name), atUs);
  return 'existing' in found ? expect.fail(`${name} does not exist`) : found;
}

describe('an Indexed Job with a back-off limit for each index', () => {
  const text = `${scenario(1, '  duration: 10m\n  behaviors: [{ image: bad, run: { length: { uniform: { min: 1s, max: 30s } }, failure: { probability: 1, exitCode: 3 } } }]')}---
apiVersion: batch/v1
kind: Job
metadata: { name: bad }
spec:
  completionMode: Indexed
  completions: 2
  parallelism: 2
  backoffLimitPerIndex: 3
  maxFailedIndexes: 1
  template: { spec: { restartPolicy: Never, containers: [{ name: a, image: bad }] } }
`;
  it('says what fails an index at once', () => {
    const rules = [
      '{ action: Ignore, onPodConditions: [{ type: DisruptionTarget }] }',
      '{ action: FailIndex, onExitCodes: { operator: In, values: [41, 42] } }',
      '{ action: FailIndex, onExitCodes: { operator: NotIn, values: [3] } }',
    ];
    const policed = `${text.trimEnd()}\n  podFailurePolicy: { rules: [${rules.join(', ')}] }\n`;
    expect(explained(policed, 'job/bad', 60e6).inTheWay[0].says).toMatch(
      /an index fails after 4; an index fails at once after exit code 41, 42; an index fails at once after any exit code but 3; the Job/,
    );
  });

  const made = (index: string, untilUs: number): number => {
    const world = worldOf(text);
    world.engine.run(untilUs);
    const events = [...eventRows(world.state)].filter(({ reason }) => reason === 'SuccessfulCreate');
    return events.filter(({ message }) => message.startsWith(`Created pod: bad-${index}-`)).length;
  };

  it('says of each index until when it waits', () => {
    let both = '';
    for (let second = 50; !/of index 0 .*of index 1 /.test(both) && second < 120; second += 10)
      both = explained(text, 'job/bad', second * 1e6).inTheWay[0].says;
    expect(both).toMatch(
      /^in back-off, no new pod of index 0 before \S+, of index 1 before \S+; \d pods have failed, an index fails after 4; the Job fails after 2 failed indexes$/,
    );
    const waits = [...both.matchAll(/index (\d) before (?:(\d+)m)?([\d.]+)s/g)];
    const times = waits.map(([, index, minutes = '0', seconds]) => {
      const atUs = (Number(minutes) * 60 + Number(seconds)) * 1e6;
      expect(made(index, atUs + 2e6) - made(index, atUs - 2e6), `index ${index}`).toBe(1);
      return atUs;
    });
    // They wait from different ends: no formula of the whole Job has both.
    expect(times[0]).not.toBe(times[1]);
  });
});

interface Set {
  readonly replicas?: number;
  readonly policy?: 'OrderedReady' | 'Parallel';
  readonly image?: string;
  /** Of the spec, in flow style, ending with a comma. */
  readonly more?: string;
}

const statefulSet = ({ replicas = 3, policy = 'OrderedReady', image = 'test/db:v1', more = '' }: Set): string => `---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec: { serviceName: db, replicas: ${replicas}, podManagementPolicy: ${policy}, ${more} selector: { matchLabels: { app: db } }, template: {
  metadata: { labels: { app: db } },
  spec: { containers: [{ name: main, image: "${image}", readinessProbe: { httpGet: { port: 80 } } }] } } }
`;
const behaviors = '[{ image: "test/db:v1", startup: 1s }, { image: "test/db:bad", startup: 1h }]';
const setImage = (at: string, image: string): string =>
  `{ at: ${at}, setImage: { kind: StatefulSet, name: db, container: main, image: "test/db:${image}" } }`;
const cluster = (timeline = ''): string =>
  scenario(1, `  duration: 15m\n  behaviors: ${behaviors}\n  timeline: [${timeline}]`);

describe('a StatefulSet', () => {
  const inTheWay = (set: Set, timeline: string, minute: number) =>
    explained(cluster(timeline) + statefulSet(set), 'sts/db', minute * MINUTE_US).inTheWay;

  it('whose first pod is not ready makes no other', () => {
    expect(inTheWay({ image: 'test/db:bad' }, '', 4)).toEqual([
      {
        object: 'Pod/default/db-0',
        says: 'container main runs and is not ready; until it is ready, db-1, db-2 are not made (podManagementPolicy OrderedReady)',
      },
    ]);
    expect(inTheWay({ image: 'test/db:bad', policy: 'Parallel' }, '', 4)).toEqual([]);
  });

  it('with minReadySeconds says from when the next one may come', () => {
    const [{ object, says }] = inTheWay({ more: 'minReadySeconds: 120,' }, '', 1);
    expect(object).toBe('Pod/default/db-0');
    const [, since, from] =
      /^ready since (\d+)s, available from 2m(\d+)s \(minReadySeconds\); until it is available, db-1, db-2 are not made/.exec(
        says,
      ) ?? expect.fail(says);
    expect(from).toBe(since);
  });

  it.each(['OrderedReady', 'Parallel'] as const)(
    '(%s) whose update is stuck names the pod and those that wait',
    (policy) => {
      const [{ object, says }, ...rest] = inTheWay({ policy }, setImage('5m', 'bad'), 10);
      expect(rest).toEqual([]);
      expect(object).toBe('Pod/default/db-2');
      const because = policy === 'Parallel' ? '' : ' (podManagementPolicy OrderedReady)';
      expect(says).toBe(
        `container main runs and is not ready; until it is ready, the update of db-1, db-0 waits${because}`,
      );
    },
  );

  it('may have as many updated at once as maxUnavailable says, with the feature gate', () => {
    const more = 'updateStrategy: { type: RollingUpdate, rollingUpdate: { maxUnavailable: 2 } },';
    const gated = cluster(setImage('5m', 'bad')).replace(
      'spec:',
      'spec:\n  controlPlane: { featureGates: { MaxUnavailableStatefulSet: true } }',
    );
    const text = gated + statefulSet({ replicas: 4, policy: 'Parallel', more });
    const [{ object, says }] = explained(text, 'sts/db', 10 * MINUTE_US).inTheWay;
    expect(object).toBe('Pod/default/db-3');
    expect(says).toMatch(/until it is ready, the update of db-1, db-0 waits$/);
  });

  it('whose broken pod is of an old revision itself says that it must be deleted, and goes on then', () => {
    const timeline = `${setImage('5m', 'bad')}, ${setImage('8m', 'v1')}`;
    const [{ object, says }] = inTheWay({}, timeline, 10);
    expect(object).toBe('Pod/default/db-2');
    expect(says).toMatch(
      /the update of db-2 waits; it has an old revision itself, and goes on only when it is deleted by hand/,
    );
    expect(inTheWay({}, `${timeline}, { at: 11m, delete: { kind: Pod, name: db-2 } }`, 14)).toEqual([]);
    // With Parallel the controller replaces it.
    expect(inTheWay({ policy: 'Parallel' }, timeline, 10)).toEqual([]);
  });

  it('that is to shrink keeps its pods while one below is not ready', () => {
    const timeline = `${setImage('5m', 'bad')}, { at: 8m, scale: { kind: StatefulSet, name: db, replicas: 3 } }`;
    const [{ object, says }] = inTheWay(
      { replicas: 5, more: 'updateStrategy: { type: OnDelete },' },
      `${timeline}, { at: 6m, delete: { kind: Pod, name: db-1 } }`,
      10,
    );
    expect([object, says]).toEqual([
      'Pod/default/db-1',
      'container main runs and is not ready; until it is ready, db-4, db-3 are not deleted (podManagementPolicy OrderedReady)',
    ]);
  });

  it('that is as it should be has nothing in its way', () => {
    expect(inTheWay({}, '', 4)).toEqual([]);
    expect(inTheWay({ replicas: 0 }, '', 4)).toEqual([]);
  });
});

describe('a drain that hangs without a budget', () => {
  const drained = (graceSeconds: number, sleepSeconds: number): string =>
    scenario(2, '  duration: 15m\n  timeline: [{ at: 2m, drain: { node: node-0 } }]') +
    deployment('web', {
      replicas: 2,
      cpu: '2500m',
      fields: `, lifecycle: { preStop: { sleep: { seconds: ${sleepSeconds} } } }`,
      pod: `, terminationGracePeriodSeconds: ${graceSeconds}`,
    });

  it('names the pod that does not end, and how long it may take', () => {
    const { inTheWay } = explained(drained(600, 500), 'node/node-0', 4 * MINUTE_US);
    expect(inTheWay).toEqual([
      {
        object: expect.stringMatching(/^Pod\/default\/web-/),
        says: expect.stringMatching(
          /^the drain of 2m0s waits for its end: being deleted since 2m[0-2]s, its grace period ends at 12m[0-2]s$/,
        ),
      },
    ]);
    // It is over when the pod is gone.
    expect(explained(drained(600, 500), 'node/node-0', 12 * MINUTE_US).inTheWay).toEqual([]);
  });

  it('says that finalizers keep it', () => {
    const finalizers =
      '{ at: 1m, patch: { kind: Pod, name: db-0, patch: { metadata: { finalizers: [test/keeps] } } } }';
    const text = cluster(`${finalizers}, { at: 2m, drain: { node: node-0 } }`) + statefulSet({ replicas: 1 });
    const [{ object, says }] = explained(text, 'node/node-0', 12 * MINUTE_US).inTheWay;
    expect(object).toBe('Pod/default/db-0');
    expect(says).toMatch(
      /^the drain of 2m0s waits for its end: being deleted since 2m\S+, its grace period ended at 2m\S+, its finalizers keep it \(test\/keeps\)$/,
    );
  });

  it('says what budgets answered', () => {
    const budget = `---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 2, selector: { matchLabels: { app: web } } }
`;
    const { inTheWay } = explained(drained(30, 5) + budget, 'node/node-0', 4 * MINUTE_US);
    expect(inTheWay[0].says).toBe(
      'the drain of 2m0s waits for an eviction: The disruption budget web needs 2 healthy pods and has 2 currently',
    );
  });
});
