// What the scheduler counts for scoring, where the golden pods do not say it: pods with resources of their own.
import { expect, test } from 'vitest';
import { podRequestsNonZero } from './resources.ts';

const MEBIBYTE = 2 ** 20;
const silent = { name: 'a' };
const small = { name: 'b', resources: { requests: { cpu: '250m' } } };

test('a container that says nothing counts 100m and 200Mi; a request of 0 stays 0', () => {
  // cpu: 100 + 250; memory: 200 + 200 Mi
  expect(podRequestsNonZero({ containers: [silent, small] })).toEqual({ cpu: 350, memory: 400 * MEBIBYTE });
  const zero = { name: 'c', resources: { requests: { cpu: '0', memory: '0' } } };
  expect(podRequestsNonZero({ containers: [zero] })).toEqual({ cpu: 0, memory: 0 });
});

test('with pod-level requests only what the whole pod lacks is filled in', () => {
  // cpu: some container asks for it, so nothing is assumed; memory: the pod's own request replaces the sum.
  const memoryOnly = { containers: [silent, small], resources: { requests: { memory: '1Gi' } } };
  expect(podRequestsNonZero(memoryOnly)).toEqual({ cpu: 250, memory: 1024 * MEBIBYTE });
  // cpu: nobody asks for it, so both containers count 100m.
  const noCpu = { containers: [silent, { name: 'd' }], resources: { requests: { memory: '1Gi' } } };
  expect(podRequestsNonZero(noCpu)).toEqual({ cpu: 200, memory: 1024 * MEBIBYTE });
});
