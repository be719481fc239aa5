// An update that takes more ready pods at a time than it may is found, and what may be is let pass.
import { beforeEach, describe, expect, it } from 'vitest';
import type { StatefulSet } from '../controllers/kit/stateful-set-objects.ts';
import { Change } from '../model/change-log.ts';
import { PodBit } from '../model/pods.ts';
import type { ObjectRow, PodRow } from '../model/rows.ts';
import { ClusterState } from '../model/state.ts';
import { StatefulSetUpdateInvariants } from './stateful-set-update-invariants.ts';

const S = 1e6;
const CONTROLLER = 'statefulset-controller';

let state: ClusterState;
let api: { state: ClusterState; author: string; engine: { now: number } };
let invariants: StatefulSetUpdateInvariants;
let set: ObjectRow;
let ready: number[];

beforeEach(() => {
  state = new ClusterState('test');
  api = { state, author: CONTROLLER, engine: { now: 100 * S } };
  invariants = new StatefulSetUpdateInvariants(api);
});

const spec = (rollingUpdate: object, replicas = 4): StatefulSet =>
  ({ kind: 'StatefulSet', metadata: { name: 'db' }, spec: { replicas, updateStrategy: { rollingUpdate } } }) as never;

/** A set of four, all of whose pods have been ready for a minute. */
function sets(rollingUpdate: object = {}): void {
  const object = spec(rollingUpdate);
  set = state.objects.add(object, -1, 0);
  invariants.setCommitted(set, object);
  ready = [];
  for (const ordinal of [0, 1, 2, 3]) comes(ordinal, 40 * S);
}

/** The pod of an ordinal is ready since then. */
function comes(ordinal: number, atUs: number): void {
  const pod = state.allocatePod();
  const identity = state.identities.named(set, 'default', `db-${ordinal}`);
  state.identities.pod[identity] = pod;
  state.pods.identity[pod] = identity;
  state.pods.owner[pod] = set;
  state.pods.state[pod] = PodBit.Ready;
  state.pods.readyAt[pod] = atUs;
  ready[ordinal] = pod;
  expect(invariants.podCommitted(pod, Change.Status)).toBeUndefined();
}

/** What is said when it is deleted; its name is free then. */
function goes(ordinal: number): string | undefined {
  const pod = ready[ordinal] as PodRow;
  const said = invariants.podCommitted(pod, Change.Deleting);
  state.identities.end(state.pods.identity[pod]);
  return said;
}

const TWO_OF_ONE = 'StatefulSet db took ready pods of 2 ordinals at a time, of 1';

it('one after the other, each when the one before is ready, is right', () => {
  sets();
  for (const ordinal of [3, 2, 1, 0]) {
    expect(goes(ordinal)).toBeUndefined();
    comes(ordinal, api.engine.now);
    api.engine.now += 20 * S;
  }
});

describe('found is', () => {
  it('a second one while the first is not ready', () => {
    sets();
    expect([goes(3), goes(2)]).toEqual([undefined, TWO_OF_ONE]);
  });

  it('one more than may be unavailable', () => {
    sets({ maxUnavailable: 2 });
    expect([goes(3), goes(2), goes(1)]).toEqual([
      undefined,
      undefined,
      'StatefulSet db took ready pods of 3 ordinals at a time, of 2',
    ]);
  });
});

describe('nothing is said', () => {
  it('of pods that others delete, and of those that were not ready, as far as the controller has heard', () => {
    sets();
    api.author = 'kubectl';
    expect([goes(3), goes(2)]).toEqual([undefined, undefined]);
    api.author = CONTROLLER;
    state.pods.readyAt[ready[1]] = 95 * S;
    expect([goes(1), goes(0)]).toEqual([undefined, undefined]);
  });

  it('of a scale-down, and of ordinals that were not wanted meanwhile', () => {
    sets();
    expect(goes(3)).toBeUndefined();
    invariants.setCommitted(set, spec({}, 1));
    expect([goes(2), goes(1), goes(0)]).toEqual([undefined, undefined, undefined]);
  });

  it('of what an update below its partition left behind', () => {
    sets();
    expect(goes(2)).toBeUndefined();
    invariants.setCommitted(set, spec({ partition: 3 }));
    expect(goes(3)).toBeUndefined();
  });

  it('of what was before a restore', () => {
    sets();
    goes(3);
    invariants.restored();
    expect(goes(2)).toBeUndefined();
  });
});
