// The invariants of StatefulSets, each with a planted violation that it must catch.
import { describe, expect, it } from 'vitest';
import { type Rig, rig, template } from '../../test/support/cluster-rig.ts';
import { Change } from '../model/change-log.ts';
import { PodBit, PodPhase } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import { Invariants } from './invariants.ts';
import { statefulSetViolation } from './ordinal-invariants.ts';

function watched(): Rig & { readonly set: ObjectRow; readonly pod: (name: string) => PodRow } {
  const one = rig({ nodes: 2 });
  // It watches from its construction on.
  expect(
    new Invariants(
      one.engine,
      one.api,
      one.kubelets.admitted,
      () => undefined,
      () => false,
    ),
  ).toBeDefined();
  const metadata = { name: 'db', namespace: 'default', resourceVersion: '0' };
  const set = one.state.objects.add(
    { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata, spec: { replicas: 2 } },
    -1,
    0,
  );
  const create = (name: string): PodRow => {
    one.client.createPod(one.client.podClass('default', template(['x'])).id, set, name);
    one.engine.run(one.engine.now + 1e6);
    return one.state.findPod('default', name);
  };
  return { ...one, set, pod: create };
}

describe('two pods of an ordinal', () => {
  it('are caught at once, under whatever names', () => {
    const one = watched();
    one.pod('db-0');
    one.pod('db-1');
    expect(() => one.pod('db-00')).toThrow(/StatefulSet db has two pods of ordinal 0: db-0 and db-00/);
  });

  it('are caught although one is being deleted', () => {
    const one = watched();
    const pod = one.pod('db-0');
    one.state.pods.state[pod] |= PodBit.Deleting;
    expect(() => one.pod('db-000')).toThrow(/has two pods of ordinal 0/);
  });

  it('are none when the first is gone, or given away', () => {
    const one = watched();
    const first = one.pod('db-0');
    one.client.deletePod(first, one.state.pods.epoch[first], 0);
    one.engine.run(one.engine.now + 5e6);
    const second = one.pod('db-0');
    one.state.pods.owner[second] = -1;
    one.api.changes.podChanged(second, Change.Owner);
    expect(one.pod('db-00')).toBeGreaterThanOrEqual(0);
  });
});

describe('in a quiet cluster', () => {
  function quiet(status: object) {
    const one = watched();
    const pod = one.pod('db-0');
    one.state.pods.state[pod] = PodPhase.Running | PodBit.Ready;
    one.state.objects.set(one.set, { ...one.state.objects.get(one.set), status } as never);
    return statefulSetViolation(one.state);
  }

  it.each([
    [{ replicas: 2, readyReplicas: 1 }, 'StatefulSet db says 2 replicas in a quiet cluster, 1 are there'],
    [{ replicas: 1 }, 'StatefulSet db says 0 ready in a quiet cluster, 1 are'],
    [
      { replicas: 1, readyReplicas: 1, availableReplicas: 1 },
      'StatefulSet db wants 2 replicas in a quiet cluster, has 1, and all of them are available',
    ],
    [{ replicas: 1, readyReplicas: 1 }, undefined],
  ])('%j', (status, violation) => {
    expect(quiet(status)).toBe(violation);
  });
});
