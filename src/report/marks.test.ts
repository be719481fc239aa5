// Rows of events.csv become marks: pairs of start and end, repeated faults, rollouts that begin together.
import { expect, it } from 'vitest';
import { commonMarks, grouped, type Mark, marksOf as marksOfDeployment, readMarks } from './marks.ts';
import type { JobResults } from './read.ts';

type Entry = readonly [time: number, source: string, reason: string, name: string, message?: string];

function marksOf(entries: readonly Entry[]) {
  const columns: Record<string, readonly string[]> = {
    source: entries.map((entry) => entry[1]),
    reason: entries.map((entry) => entry[2]),
    namespace: entries.map(() => ''),
    name: entries.map((entry) => entry[3]),
    message: entries.map((entry) => entry[4] ?? ''),
  };
  const table = {
    rows: entries.length,
    text: (column: string) => columns[column],
    numbers: () => Float64Array.from(entries, (entry) => entry[0]),
  };
  const job = {
    folder: '',
    run: { duration_seconds: 600 },
    table: () => table,
    rowsOf: () => table,
  } as unknown as JobResults;
  return readMarks(job).map(({ kind, label, spans }) => [
    kind,
    label,
    spans.map(({ from, to }) => `${from}..${to}`).join(),
  ]);
}

const deployment = 'rollout';

it.each<[string, readonly Entry[], readonly (readonly string[])[]]>([
  ['nothing', [], []],
  [
    'a rollout that another one supersedes',
    [
      [10, 'rollout', 'RolloutStarted', 'web'],
      [20, 'rollout', 'RolloutStarted', 'web'],
      [30, 'rollout', 'RolloutComplete', 'web'],
    ],
    [
      ['rollout', 'rollout of web', '10..20'],
      ['rollout', 'rollout of web', '20..30'],
    ],
  ],
  [
    'a fault with its end',
    [
      [10, 'fault', 'FaultStarted', 'ZoneOutage a', 'zone a is lost'],
      [20, 'fault', 'FaultEnded', 'ZoneOutage a', 'zone a is back'],
    ],
    [['fault', 'zone a is lost', '10..20']],
  ],
  [
    'faults without a name, distinguished by their messages',
    [
      [10, 'fault', 'FaultStarted', '', 'outage of zone a'],
      [15, 'fault', 'FaultStarted', '', 'outage of zone b'],
      [20, 'fault', 'FaultEnded', '', 'outage of zone b is over'],
      [30, 'fault', 'FaultEnded', '', 'outage of zone a is over'],
    ],
    [
      ['fault', 'outage of zone a', '10..30'],
      ['fault', 'outage of zone b', '15..20'],
    ],
  ],
  [
    'more faults than have room',
    [5, 1, 2, 3, 4].map((at): Entry => [at, 'fault', 'FaultStarted', '', `outage of node ${at}`]),
    [['fault', '5 faults, see events.csv', '1..600,2..600,3..600,4..600,5..600']],
  ],
  ['a momentary fault', [[7, 'fault', 'FaultFired', '', 'web-1 crashed']], [['fault', 'web-1 crashed', '7..7']]],
  [
    'momentary faults',
    [
      [7, 'fault', 'FaultFired', '', 'web-1 crashed'],
      [9, 'fault', 'FaultFired', '', 'web-2 crashed'],
    ],
    [['fault', '2 momentary faults, see events.csv', '7..7,9..9']],
  ],
  [
    'more actions than have room',
    [1, 2, 3, 4, 5].map((at): Entry => [at, 'timeline', 'ActionApplied', '', `scale web to ${at}`]),
    [['action', '5 actions, see events.csv', '1..1,2..2,3..3,4..4,5..5']],
  ],
  ['a fault without end', [[10, 'fault', 'FaultStarted', 'NodeCrash n1']], [['fault', 'NodeCrash n1', '10..600']]],
  [
    'one fault again and again, overlapping',
    [
      [10, 'fault', 'FaultStarted', 'PodCrash', 'a'],
      [15, 'fault', 'FaultStarted', 'PodCrash', 'b'],
      [20, 'fault', 'FaultEnded', 'PodCrash'],
      [30, 'fault', 'FaultEnded', 'PodCrash'],
      [40, 'fault', 'FaultEnded', 'PodCrash'],
    ],
    [['fault', 'PodCrash × 2', '10..20,15..30']],
  ],
  ['an action', [[5, 'timeline', 'ActionApplied', 'scale', 'web to 5']], [['action', 'web to 5', '5..5']]],
  [
    'rollouts that begin together',
    [
      [0, deployment, 'RolloutStarted', 'a'],
      [0, deployment, 'RolloutStarted', 'b'],
      [1, deployment, 'RolloutStarted', 'c'],
      [30, deployment, 'RolloutComplete', 'a'],
      [20, deployment, 'RolloutComplete', 'b'],
      [40, deployment, 'RolloutComplete', 'c'],
      [100, deployment, 'RolloutStarted', 'a'],
    ],
    [
      ['rollout', 'rollout of 3 Deployments', '0..40'],
      ['rollout', 'rollout of a', '100..600'],
    ],
  ],
  [
    'autoscalers, each with all of its changes',
    [
      [5, 'horizontal-pod-autoscaler', 'SuccessfulRescale', 'api', 'New size: 4; reason: cpu'],
      [9, 'horizontal-pod-autoscaler', 'SuccessfulRescale', 'api', 'New size: 2; reason: cpu'],
    ],
    [['autoscaler', 'api: 2 changes of size', '5..5,9..9']],
  ],
  [
    'a Rollout of Argo, whose first revision is none',
    [
      [1, 'rollouts-controller', 'RolloutUpdated', 'shop', 'Rollout updated to revision 1'],
      [5, 'rollouts-controller', 'RolloutUpdated', 'shop', 'Rollout updated to revision 2'],
      [9, 'rollouts-controller', 'RolloutAborted', 'shop', 'Rollout aborted update to revision 2'],
    ],
    [['rollout', 'rollout of shop', '5..9']],
  ],
  [
    'a new leader, but not the first one',
    [
      [
        0,
        'default-scheduler',
        'LeaderElection',
        'kube-scheduler',
        'cp1_7fe1eb6e-4ff8-4581-8673-b1d1fd5d6346 became leader',
      ],
      [
        60,
        'default-scheduler',
        'LeaderElection',
        'kube-scheduler',
        'cp1_7fe1eb6e-4ff8-4581-8673-b1d1fd5d6346 stopped leading',
      ],
      [
        75,
        'default-scheduler',
        'LeaderElection',
        'kube-scheduler',
        'cp2_6b8a88b5-52fb-4d15-b794-2658cc9c27a0 became leader',
      ],
    ],
    [['leader', 'kube-scheduler: cp2 became leader', '75..75']],
  ],
  [
    'what only looks like a mark',
    [
      [1, 'kubelet', 'FaultStarted', 'x'],
      [2, 'fault', 'Scheduled', 'x'],
      [3, 'default-scheduler', 'Scheduled', 'x'],
    ],
    [],
  ],
  [
    'a long message',
    [[1, 'timeline', 'ActionApplied', 'x', 'y'.repeat(100)]],
    [['action', `${'y'.repeat(47)}…`, '1..1']],
  ],
])('%s', (_, entries, expected) => {
  expect(marksOf(entries)).toEqual(expected);
});

const span = (from: number, to: number) => ({ from, to });
const rollouts: Mark = {
  kind: 'rollout',
  label: 'rollout of web and api',
  spans: [span(10, 40)],
  own: new Map([
    ['shop/web', span(10, 40)],
    ['shop/api', span(11, 20)],
  ]),
};
const outage: Mark = { kind: 'fault', label: 'outage of zone a', spans: [span(5, 50)] };

it('a Deployment has its own rollout, and every fault', () => {
  const own = marksOfDeployment([outage, rollouts], 'shop/api');
  expect(own.map(({ kind, spans }) => [kind, spans])).toEqual([
    ['fault', [span(5, 50)]],
    ['rollout', [span(11, 20)]],
  ]);
  expect(marksOfDeployment([outage, rollouts], 'shop/cart')).toEqual([outage]);
});

it('seeds have in common what all of them have: faults at the same time, rollouts from the first start to the last end', () => {
  const action: Mark = { kind: 'action', label: 'scale web', spans: [span(3, 3)] };
  const crash: Mark = { kind: 'fault', label: 'node crash', spans: [span(7, 9)] };
  const later = [outage, { ...rollouts, spans: [span(9, 45)] }, { ...crash, spans: [span(8, 9)] }];
  expect(commonMarks([[outage, action, rollouts, crash], later])).toEqual([
    outage,
    { kind: 'rollout', label: rollouts.label, spans: [span(9, 45)] },
  ]);
});

it('lines that do not fit become one of their kind, the largest kind first', () => {
  const many = Array.from(
    { length: 7 },
    (_, at): Mark => ({ ...rollouts, label: `rollout of ${at}`, spans: [span(at, at + 1)] }),
  );
  const [first, ...rest] = grouped([outage, ...many], ({ length }) => length <= 5);
  expect(first).toBe(outage);
  expect(rest).toEqual([
    { kind: 'rollout', label: '7 rollouts, see events.csv', spans: many.flatMap(({ spans }) => spans) },
  ]);
  expect(grouped([outage], () => false)).toEqual([outage]);
});
