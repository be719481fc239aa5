// Writes of statuses that etcd commits when another write of the same object has been committed since they were handed to it.
import { expect, it } from 'vitest';
import { RequestArena, Verb } from '../requests/arena.ts';
import type { ApiServer } from '../server.ts';
import { isOvertaken } from './overtaken.ts';

const requests = new RequestArena({ now: 0 });
const state = { pods: { version: [10] }, nodes: { version: [20] } };
const api = { requests, state } as unknown as ApiServer;

it.each([
  ['a pod that nobody has written since', Verb.PatchPodStatus, 10, false],
  ['a pod that somebody has', Verb.PatchPodStatus, 9, true],
  ['a node that nobody has written since', Verb.UpdateNodeStatus, 20, false],
  ['a node that somebody has', Verb.UpdateNodeStatus, 19, true],
  ['an object, whose writer says what it has read', Verb.UpdateObjectStatus, 0, false],
])('%s', (_what, verb, revision, overtaken) => {
  const request = requests.allocate(verb, 0);
  expect(isOvertaken(api, request, revision)).toBe(overtaken);
});
