// A Job that outlives its ttlSecondsAfterFinished is found; one that nobody could delete is not.
import { expect, it } from 'vitest';
import { timestamp } from '../lib/timestamp.ts';
import { ClusterState } from '../model/state.ts';
import { EndedJobInvariants } from './ended-job-invariants.ts';

const S = 1e6;

/** Ended at 100 s, and to be deleted 60 s later. */
function cluster(type = 'Complete', metadata: object = {}, spec: object = { ttlSecondsAfterFinished: 60 }) {
  const state = new ClusterState('test');
  const conditions = [{ type, status: 'True', lastTransitionTime: timestamp(100 * S) }];
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'sum', ...metadata } };
  state.objects.add({ ...job, spec, status: { conditions } }, -1, 0);
  return { state, invariants: new EndedJobInvariants(state) };
}

/** What is said at each of the times, in seconds. */
const said = ({ invariants }: ReturnType<typeof cluster>, works: boolean, times: readonly number[]) =>
  times.map((time) => invariants.violation(time * S, works)).filter((one) => one !== undefined);

it.each(['Complete', 'Failed'])('a Job that is %s has five minutes more', (type) => {
  expect(said(cluster(type), true, [120, 165, 465])).toEqual([]);
  expect(said(cluster(type), true, [165, 466])).toEqual(['Job sum has outlived its ttlSecondsAfterFinished by 306 s']);
});

it('only the time counts in which controllers ran, and clocks were right', () => {
  const one = cluster();
  expect(said(one, true, [165])).toEqual([]);
  expect(said(one, false, [400])).toEqual([]);
  expect(said(one, true, [600])).toEqual([]);
  const repair = one.state.clocks.skew('node-0', S);
  expect(said(one, true, [1000])).toEqual([]);
  repair();
  expect(said(one, true, [1100])).toEqual([]);
  expect(said(one, true, [1401])).toHaveLength(1);
});

it.each([
  ['that has not ended', cluster('Suspended')],
  ['that is being deleted', cluster('Complete', { deletionTimestamp: timestamp(160 * S) })],
  ['that stays', cluster('Complete', {}, {})],
])('says nothing of one %s', (_, one) => {
  expect(said(one, true, [200, 1000])).toEqual([]);
});
