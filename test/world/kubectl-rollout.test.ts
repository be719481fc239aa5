// kubectl rollout status and history in whole clusters, and what kubectl refuses of other kinds than Deployments.
import { describe, expect, it } from 'vitest';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, type FinishedRun, runScenario } from '../support/world-rig.ts';

const set = (kind: string, more: string): string => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: db }
spec:
  selector: { matchLabels: { app: db } }
  template: { metadata: { labels: { app: db } }, spec: { containers: [{ name: main, image: test/db, readinessProbe: { httpGet: { port: 80 } } }] } }
${more}`;
const statefulSet = set('StatefulSet', '  replicas: 2\n  serviceName: db\n');
const daemonSet = set('DaemonSet', '');
const db = (kind: string): string => `kind: ${kind}, name: db`;
const entry = (at: string, action: string): string => `    - { at: ${at}, ${action} }\n`;

function run(timeline: string, objects: string, spec = ''): FinishedRun {
  return runScenario(scenario(3, `  duration: 6m\n  timeline:\n${timeline}${spec}`) + objects);
}

const lines = (outcome: FinishedRun, reason: string): string[] =>
  eventsOf(outcome, reason).map(({ message }) => message);

describe('kubectl rollout status', () => {
  const update = entry('1m', 'setImage: { deployment: web, image: test/v2 }');

  it('says what it waits for, and ends with the rollout of a Deployment', () => {
    const outcome = run(
      update + entry('60100ms', 'rolloutStatus: { deployment: web }'),
      deployment('web', { replicas: 3 }),
    );
    const said = lines(outcome, 'RolloutStatus');
    expect(said[0]).toMatch(
      /^rollout status of web: Waiting for deployment "web" rollout to finish: [0-3] out of 3 new replicas have been updated\.\.\.$/,
    );
    expect(said.at(-1)).toBe('rollout status of web: deployment "web" successfully rolled out');
    expect(said).toEqual([...new Set(said)]);
    const done = eventsOf(outcome, 'ActionApplied').find(({ message }) => message === 'rollout status of web');
    const complete = eventsOf(outcome, 'RolloutComplete').at(-1);
    expect(Math.abs((done?.time_seconds ?? 0) - (complete?.time_seconds ?? 0))).toBeLessThan(1);
  });

  it('fails when the progress deadline is exceeded, when its own time is over, and when the revision is another one', () => {
    const objects = deployment('web', { replicas: 3 }).replace('spec:', 'spec:\n  progressDeadlineSeconds: 60');
    const broken = entry('1m', 'setImage: { deployment: web, image: test/never }');
    const spec = '  behaviors: [{ image: test/never, crash: { after: { constant: 1s } } }]\n';
    const asked =
      entry('61s', 'rolloutStatus: { deployment: web }') +
      entry('62s', 'rolloutStatus: { deployment: web, timeout: 20s }') +
      entry('63s', 'rolloutStatus: { deployment: web, revision: 1 }');
    expect(lines(run(broken + asked, objects, spec), 'ActionRefused')).toEqual([
      'rollout status of web: error: desired revision (1) is different from the running revision (2)',
      'rollout status of web: error: timed out waiting for the condition',
      'rollout status of web: error: deployment "web" exceeded its progress deadline',
    ]);
  });

  it('follows StatefulSets and DaemonSets in their own words', () => {
    const roll = (kind: string): string =>
      entry('1m', `rolloutRestart: { ${db(kind)} }`) + entry('61s', `rolloutStatus: { ${db(kind)} }`);
    const stateful = lines(run(roll('StatefulSet'), statefulSet), 'RolloutStatus');
    expect(stateful).toContain('rollout status of db: Waiting for 1 pods to be ready...');
    expect(stateful.at(-1)).toBe(
      'rollout status of db: partitioned roll out complete: 2 new pods have been updated...',
    );
    const daemon = lines(run(roll('DaemonSet'), daemonSet), 'RolloutStatus');
    expect(daemon[0]).toMatch(
      /^rollout status of db: Waiting for daemon set "db" rollout to finish: \d out of 3 new pods have been updated\.\.\.$/,
    );
    expect(daemon.at(-1)).toBe('rollout status of db: daemon set "db" successfully rolled out');
  });

  it('has nothing to say of other strategies, and ends with its object', () => {
    const onDelete = set('DaemonSet', '  updateStrategy: { type: OnDelete }\n');
    expect(lines(run(entry('1m', `rolloutStatus: { ${db('DaemonSet')} }`), onDelete), 'ActionRefused')).toEqual([
      'rollout status of db: error: rollout status is only available for RollingUpdate strategy type',
    ]);
    const gone =
      entry('5s', `rolloutStatus: { ${db('StatefulSet')} }`) + entry('6s', `delete: { ${db('StatefulSet')} }`);
    expect(lines(run(gone, statefulSet), 'ActionRefused')).toEqual([
      'rollout status of db: error: object has been deleted',
    ]);
  });
});

describe('kubectl rollout history', () => {
  it('lists the revisions with their causes, or shows the template of one', () => {
    const cause = 'annotate: { deployment: web, annotations: { kubernetes.io/change-cause: quicker } }';
    const outcome = run(
      entry('1m', 'setImage: { deployment: web, image: test/v2 }') +
        entry('61s', cause) +
        entry('3m', 'rolloutHistory: { deployment: web }') +
        entry('4m', 'rolloutHistory: { deployment: web, revision: 1 }') +
        entry('5m', 'rolloutHistory: { deployment: web, revision: 7 }'),
      deployment('web', { replicas: 1 }),
    );
    expect(lines(outcome, 'RolloutHistory')).toEqual([
      'deployment.apps/web REVISION 1 CHANGE-CAUSE <none>',
      'deployment.apps/web REVISION 2 CHANGE-CAUSE quicker',
      expect.stringMatching(
        /^deployment\.apps\/web with revision #1 Pod Template: Labels: app=web,pod-template-hash=\w+ Containers: main: Image: /,
      ),
    ]);
    expect(lines(outcome, 'ActionRefused')).toEqual([
      'rollout history of web: error: unable to find the specified revision',
    ]);
  });

  it('knows StatefulSets and DaemonSets, and goes back to their revisions', () => {
    for (const [kind, objects] of [
      ['StatefulSet', statefulSet],
      ['DaemonSet', daemonSet],
    ] as const) {
      const outcome = run(
        entry('1m', `setImage: { ${db(kind)}, container: main, image: test/db2 }`) +
          entry('3m', `rolloutHistory: { ${db(kind)}, revision: 2 }`) +
          entry('190s', `rolloutUndo: { ${db(kind)} }`) +
          entry('5m', `rolloutHistory: { ${db(kind)} }`),
        objects,
      );
      const short = `${kind.toLowerCase()}.apps/db`;
      expect(lines(outcome, 'RolloutHistory')).toEqual([
        `${short} with revision #2 Pod Template: Labels: app=db Containers: main: Image: test/db2`,
        `${short} REVISION 2 CHANGE-CAUSE <none>`,
        `${short} REVISION 3 CHANGE-CAUSE <none>`,
      ]);
    }
  });
});

it('refuses in the words of kubectl what a kind does not know', () => {
  const job = `---
apiVersion: batch/v1
kind: Job
metadata: { name: db }
spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: test/db }] } } }
`;
  const asked = (kind: string, actions: readonly string[]): string =>
    actions.map((action, i) => entry(`${60 + i}s`, `${action}: { ${db(kind)} }`)).join('');
  const refused = (kind: string, objects: string, actions: readonly string[]): string[] =>
    lines(run(asked(kind, actions), objects), 'ActionRefused').map((one) =>
      one.replace(/^rollout \w+ of db: error: /, ''),
    );
  expect(refused('StatefulSet', statefulSet, ['rolloutPause', 'rolloutResume', 'rolloutUndo'])).toEqual([
    'statefulsets.apps "db" pausing is not supported',
    'statefulsets.apps "db" resuming is not supported',
    'no last revision to roll back to',
  ]);
  expect(refused('DaemonSet', daemonSet, ['rolloutPause', 'rolloutResume', 'rolloutUndo'])).toEqual([
    'daemonsets.apps "db" pausing is not supported',
    'daemonsets.apps "db" resuming is not supported',
    'no last revision to roll back to',
  ]);
  expect(
    refused('Job', job, ['rolloutPause', 'rolloutRestart', 'rolloutUndo', 'rolloutStatus', 'rolloutHistory']),
  ).toEqual([
    'jobs.batch "db" pausing is not supported',
    'jobs.batch "db" restarting is not supported',
    'no rollbacker has been implemented for "Job.batch"',
    'no status viewer has been implemented for Job.batch',
    'no history viewer has been implemented for "Job.batch"',
  ]);
});
