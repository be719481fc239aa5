// kubectl's commands on a timeline, in whole clusters: what they change, what they refuse, and what comes of it.
import { describe, expect, it } from 'vitest';
import { deployment, scenario } from '../support/manifests.ts';
import { eventsOf, podsOf, runScenario } from '../support/world-rig.ts';

const run = (timeline: string, spec = '', workload = deployment('web', { replicas: 4 })) =>
  runScenario(scenario(3, `  duration: 10m\n  timeline:\n${timeline}\n${spec}`) + workload);

const entry = (at: string, action: string): string => `    - { at: ${at}, ${action} }`;

const refused = (outcome: ReturnType<typeof run>): string[] =>
  eventsOf(outcome, 'ActionRefused').map(({ message }) => message);

const said = (outcome: ReturnType<typeof run>): string[] =>
  eventsOf(outcome, 'ActionApplied').map(({ message }) => message);

/** Sizes of the Deployment's ReplicaSets with the images of their templates, the oldest first. */
function sets({ world }: ReturnType<typeof run>): string[] {
  const { objects } = world.state;
  return [...objects.ofKind('ReplicaSet')].map((row) => {
    const { spec } = objects.get(row) as unknown as {
      spec: { replicas: number; template: { spec: { containers: { image: string }[] } } };
    };
    return `${spec.template.spec.containers[0].image} ${spec.replicas}`;
  });
}

const toV2 = 'setImage: { deployment: web, image: test/v2 }';

describe('rollout undo', () => {
  it('goes back to the revision before', () => {
    const outcome = run([entry('1m', toV2), entry('5m', 'rolloutUndo: { deployment: web }')].join('\n'));
    expect(sets(outcome)).toEqual(['test/web 4', 'test/v2 0']);
    expect(said(outcome)).toEqual(['set image of web/main to test/v2', 'rollout undo of web']);
  });

  it('goes to a revision that is named', () => {
    const steps = [
      entry('1m', toV2),
      entry('3m', 'setImage: { deployment: web, image: test/v3 }'),
      entry('6m', 'rolloutUndo: { deployment: web, toRevision: 1 }'),
    ];
    expect(sets(run(steps.join('\n')))).toEqual(['test/web 4', 'test/v2 0', 'test/v3 0']);
  });

  it.each([
    ['rolloutUndo: { deployment: web }', 'error: no rollout history found for deployment "web"'],
    ['rolloutUndo: { deployment: web, toRevision: 7 }', 'error: unable to find specified revision 7 in history'],
    [
      'rolloutUndo: { deployment: web, toRevision: 1 }',
      'error: skipped rollback (current template already matches revision 1)',
    ],
  ])('%s is refused as kubectl does', (action, message) => {
    const outcome = run(entry('1m', action));
    expect(refused(outcome)).toEqual([`rollout undo of web: ${message}`]);
    expect(said(outcome)).toEqual([]);
    expect(sets(outcome)).toEqual(['test/web 4']);
  });
});

describe('rollout pause and resume', () => {
  it('hold a rollout back, and let it go', () => {
    const timeline = [
      entry('1m', 'rolloutPause: { deployment: web }'),
      entry('2m', toV2),
      entry('5m', 'rolloutResume: { deployment: web }'),
    ].join('\n');
    const outcome = run(
      timeline,
      '  expect: ["deployment.web.updated during 2m30s..5m == 0", "deployment.web.updated == 4"]',
    );
    expect(outcome.verdicts.map(({ pass }) => pass)).toEqual([true, true]);
    expect(sets(outcome)).toEqual(['test/web 0', 'test/v2 4']);
  });

  it('are refused when there is nothing to do', () => {
    const pause = 'rolloutPause: { deployment: web }';
    const steps = [
      entry('1m', 'rolloutResume: { deployment: web }'),
      entry('2m', pause),
      entry('3m', pause),
      entry('4m', 'rolloutUndo: { deployment: web }'),
    ];
    expect(refused(run(steps.join('\n')))).toEqual([
      'rollout resume of web: error: deployments.apps "web" is not paused',
      'rollout pause of web: error: deployments.apps "web" is already paused',
      "rollout undo of web: error: you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
    ]);
  });
});

describe('patch', () => {
  it('merges containers by their names and starts a rollout', () => {
    const patch = '{ spec: { template: { spec: { containers: [{ name: main, image: test/v9 }] } } } }';
    const outcome = run(entry('1m', `patch: { deployment: web, patch: ${patch} }`));
    expect(sets(outcome)).toEqual(['test/web 0', 'test/v9 4']);
    const [row] = [...outcome.world.state.objects.ofKind('Deployment')];
    const { spec } = outcome.world.state.objects.get(row) as unknown as {
      spec: { template: { spec: { containers: object[] } } };
    };
    // What the patch does not name stays.
    expect(spec.template.spec.containers).toMatchObject([{ name: 'main', resources: { requests: { cpu: '100m' } } }]);
  });

  it('removes what is null, and fills in the default', () => {
    const outcome = run(entry('1m', 'patch: { deployment: web, patch: { spec: { replicas: null } } }'));
    expect(sets(outcome)).toEqual(['test/web 1']);
  });

  it.each([
    ['{ spec: null }', 'The Deployment "web" is invalid: spec.selector: Required value'],
    ['{ spec: { template: null } }', 'The Deployment "web" is invalid: spec.template.metadata.labels'],
    ['{ spec: { replcas: 3 } }', 'Error from server (BadRequest): spec.replcas: unknown field "replcas"'],
    ['{ metadata: { name: other } }', 'The Deployment "web" is invalid: metadata.name'],
  ])('%s is refused and changes nothing', (patch, why) => {
    const outcome = run(entry('1m', `patch: { deployment: web, patch: ${patch} }`));
    expect(refused(outcome).map((text) => text.startsWith(`patch web: ${why}`))).toEqual([true]);
    expect(sets(outcome)).toEqual(['test/web 4']);
  });
});

describe('cordon, uncordon and taint', () => {
  const nodesOf = (outcome: ReturnType<typeof run>): Set<string> =>
    new Set(podsOf(outcome).flatMap(({ node, deleted_seconds }) => (deleted_seconds === null ? [node] : [])));

  it('a cordoned node gets no more pods, and keeps those that it has', () => {
    const steps = [entry('1m', 'cordon: { node: node-1 }'), entry('2m', 'scale: { deployment: web, replicas: 30 }')];
    const outcome = run(steps.join('\n'), '', deployment('web', { replicas: 3 }));
    const onNode = podsOf(outcome).filter(({ node }) => node === 'node-1');
    expect(onNode.map(({ deleted_seconds }) => deleted_seconds)).toEqual([null]);
    expect(podsOf(outcome)).toHaveLength(30);
    const taints = outcome.world.state.taintSets.get(outcome.world.state.nodes.taints[1]);
    expect(taints).toEqual([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }]);
  });

  it('an uncordoned one gets pods again', () => {
    const steps = [
      entry('1m', 'cordon: { node: node-1 }'),
      entry('2m', 'uncordon: { node: node-1 }'),
      entry('3m', 'scale: { deployment: web, replicas: 30 }'),
    ];
    const outcome = run(steps.join('\n'), '', deployment('web', { replicas: 3 }));
    expect(podsOf(outcome).filter(({ node }) => node === 'node-1').length).toBeGreaterThan(5);
  });

  it('a NoExecute taint evicts, until it is taken away', () => {
    const steps = [
      entry('1m', "taint: { node: node-1, taints: ['team=a:NoExecute', 'spare:PreferNoSchedule'] }"),
      entry('4m', "taint: { node: node-1, taints: ['team-', 'spare:PreferNoSchedule-'] }"),
    ];
    const outcome = run(steps.join('\n'));
    const evicted = podsOf(outcome).filter(
      ({ node, deleted_seconds }) => node === 'node-1' && deleted_seconds !== null,
    );
    expect(evicted.length).toBeGreaterThan(0);
    for (const { deleted_seconds } of evicted) expect(Number(deleted_seconds)).toBeLessThan(61);
    expect(nodesOf(outcome)).toEqual(new Set(['node-0', 'node-2']));
    expect(outcome.world.state.taintSets.get(outcome.world.state.nodes.taints[1])).toEqual([]);
  });

  it.each(['team', 'team=a:Never', '=a:NoSchedule', 'team=a:NoSchedule:x', 'team=a-', ':NoSchedule'])(
    'the taint %s is bad input',
    (taint) => {
      expect(() => run(entry('1m', `taint: { node: node-1, taints: ['${taint}'] }`))).toThrow(
        /expected key=value:Effect/,
      );
    },
  );

  it('a node that does not exist is bad input', () => {
    expect(() => run(entry('1m', 'cordon: { node: node-9 }'))).toThrow(/there is no node "node-9"/);
  });
});

describe('a stopped kubelet', () => {
  const timeline = [
    entry('2m', 'fault: { KubeletStop: { node: node-1, for: 4m } }'),
    entry('2m30s', 'scale: { deployment: web, replicas: 1 }'),
  ].join('\n');

  it('does no work on pods, and does what is overdue when it is back', () => {
    const outcome = run(timeline, '', deployment('web', { replicas: 6 }));
    const { history } = outcome.world.state;
    const removed = history.removedAt.filter((_, index) => history.node[index] === 1);
    const asked = history.deletedAt.filter((_, index) => history.node[index] === 1);
    expect(removed.length).toBeGreaterThan(0);
    expect(Math.max(...asked)).toBeLessThan(151e6);
    expect(Math.min(...removed)).toBeGreaterThanOrEqual(360e6);
    // Silent for more than 50 s: the node was lost, and is Ready again.
    expect(eventsOf(outcome, 'NodeNotReady').length).toBeGreaterThan(0);
    expect(Array.from(outcome.world.state.nodes.ready.subarray(0, 3))).toEqual([1, 1, 1]);
  });

  it('lets what runs run on: no container starts again', () => {
    const outcome = run(entry('2m', 'fault: { KubeletStop: { node: node-1, for: 30s } }'));
    expect(outcome.summary.kube_pod_container_status_restarts_total).toBe(0);
    expect(podsOf(outcome).every(({ ready_seconds }) => Number(ready_seconds) < 120)).toBe(true);
  });
});
