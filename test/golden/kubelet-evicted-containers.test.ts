// Containers of evicted pods: a look at the runtime while the pod's sandbox is being stopped loses how they ended.
import { expect, it } from 'vitest';
import { play } from './kubelet/play.ts';
import type { Entry, KubeletRecord } from './kubelet/record.ts';

const KUBELET_START_MS = 262;

/** The pod is evicted at one of the kubelet's looks, and another one comes two seconds later. */
function evicted(termMs: number): Entry[] {
  const metadata = { name: 'a', namespace: 'default' };
  const record: KubeletRecord = {
    id: 'evicted',
    group: 'evict',
    note: '',
    kubelet: {},
    node: { cores: 4, memoryBytes: 2 ** 32 },
    kubeletStartMs: KUBELET_START_MS,
    script: {
      sandboxMs: 150,
      createMs: 10,
      startMs: 20,
      stopSandboxMs: 30,
      execMs: 5,
      termMs: 100,
      containers: { 'a/main': { runs: [{ termMs, termCode: 3 }] } },
      images: { 'app:1': { present: true } },
    },
    actions: [
      {
        t: 15_674,
        op: 'create',
        pod: 'a',
        obj: { metadata, spec: { containers: [{ name: 'main', image: 'app:1' }] } },
      },
      { t: 35_674, op: 'mem', key: 'a/main', val: 3_690_987_520 },
    ],
    endMs: 60_000,
    timeline: [],
  };
  return play(record).filter(({ k, t }) => k === 'status' && t > 40_000);
}

it('are gone, when the kubelet looks before its sync has ended', () => {
  const [over, settled, ...more] = evicted(1_990);
  const last = {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: 'The container could not be located when the pod was deleted.  The container used to be Running',
  };
  expect(over).toMatchObject({
    phase: 'Failed',
    reason: 'Evicted',
    containers: [
      {
        ready: false,
        restartCount: 1,
        state: { waiting: { reason: 'ContainerCreating' } },
        last: { terminated: last },
      },
    ],
  });
  expect(settled).toMatchObject({
    phase: 'Failed',
    containers: [
      {
        restartCount: 1,
        state: {
          terminated: {
            exitCode: 137,
            reason: 'ContainerStatusUnknown',
            message: 'The container could not be located when the pod was terminated',
          },
        },
        last: { terminated: last },
      },
    ],
  });
  expect(more).toEqual([]);
});

it('are known, when the sync looks first', () => {
  expect(evicted(1_500).at(-1)).toMatchObject({
    phase: 'Failed',
    containers: [{ restartCount: 0, state: { terminated: { exitCode: 3, reason: 'Error' } } }],
  });
});
