// Any moment of a recording, reached from any other one.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyFrame } from './empty-frame.ts';
import { type Frame, FRAME_VERSION, NodeState, PodState } from './frame.ts';
import { Moment } from './moment.ts';
import { MostPlaces } from './most-places.ts';
import { Recording } from './recording.ts';

type Change = readonly [time: number, pod: number, state: number, node: number];

/** Two nodes, which are ready from the start, and as many pods as are named. */
function recordingOf(changes: readonly Change[], more: Partial<Frame> = {}): Recording {
  const recording = new Recording();
  const pods = Math.max(-1, ...changes.map(([, pod]) => pod)) + 1;
  const zeros = Array.from({ length: pods }, () => 0);
  recording.append({
    ...emptyFrame(100),
    strings: ['', 'a', 'b'],
    nodes: { name: [1, 2], zone: [0, 0], pool: [0, 0] },
    nodeChanges: { time: [0, 0], node: [0, 1], state: [NodeState.Ready, NodeState.Ready] },
    pods: { namespace: zeros, name: zeros, workload: zeros, revision: zeros },
    podChanges: {
      time: changes.map(([time]) => time),
      pod: changes.map(([, pod]) => pod),
      state: changes.map(([, , state]) => state),
      node: changes.map(([, , , node]) => node),
    },
    ...more,
  });
  return recording;
}

function seen(moment: Moment): unknown {
  return {
    states: Array.from(moment.podState.values.slice(0, moment.podState.length)),
    nodes: Array.from(moment.podNode.values.slice(0, moment.podNode.length)),
    places: [0, 1].map((node) => [...moment.placesOf(node)]),
    counts: Array.from(moment.counts),
    nodeCounts: Array.from(moment.nodeCounts),
  };
}

describe('a moment', () => {
  const changes: Change[] = [
    [1, 0, PodState.Pending, -1],
    [2, 0, PodState.Starting, 0],
    [2, 1, PodState.Pending, -1],
    [3, 1, PodState.Starting, 0],
    [4, 0, PodState.Ready, 0],
    [6, 0, PodState.Absent, -1],
    [7, 2, PodState.Starting, 0],
  ];

  it.each([
    [0, [0, 0, 0], []],
    [2, [PodState.Starting, PodState.Pending, 0], [0]],
    // A change at the moment itself counts.
    [4, [PodState.Ready, PodState.Starting, 0], [0, 1]],
    // Pod 0 leaves its place free, pod 1 keeps its own.
    [6, [0, PodState.Starting, 0], [-1, 1]],
    [7, [0, PodState.Starting, PodState.Starting], [2, 1]],
  ])('at %d s', (time, states, places) => {
    const moment = new Moment(recordingOf(changes));
    moment.seek(time);
    expect(Array.from(moment.podState.values.slice(0, 3))).toEqual(states);
    expect(moment.placesOf(0)).toEqual(places);
    expect(moment.counts.reduce((sum, one) => sum + one)).toBe(3);
  });

  it('says which pods have no node', () => {
    const moment = new Moment(recordingOf(changes));
    moment.seek(2);
    expect(moment.withoutNode(10)).toEqual([1]);
    expect(moment.withoutNode(0)).toEqual([]);
  });

  it('names the nodes whose picture has changed', () => {
    const moment = new Moment(recordingOf(changes));
    moment.seek(1);
    moment.takeChanged();
    moment.seek(2);
    expect(moment.takeChanged()).toEqual([0]);
    moment.seek(2.5);
    expect(moment.takeChanged()).toEqual([]);
  });

  it('is the same from wherever it is reached', () => {
    const change = fc.tuple(fc.nat(9), fc.nat(5), fc.nat(7), fc.integer({ min: -1, max: 1 }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.array(fc.nat(10), { minLength: 1 }), (found, times) => {
        const sorted = found.toSorted((a, b) => a[0] - b[0]);
        const recording = recordingOf(sorted);
        const wandering = new Moment(recording);
        for (const time of times) wandering.seek(time);
        const direct = new Moment(recording);
        direct.seek(times[times.length - 1]);
        expect(seen(wandering)).toEqual(seen(direct));
        // Nobody is in two places, and as many places are known to be needed as are taken.
        const taken = [0, 1].flatMap((node) => direct.placesOf(node).filter((pod) => pod >= 0));
        expect(new Set(taken).size).toBe(taken.length);
        const most = new MostPlaces(recording);
        most.update();
        for (const node of [0, 1]) expect(direct.placesOf(node).length).toBeLessThanOrEqual(most.of[node]);
      }),
      { numRuns: 60 },
    );
  });

  it('grows with what comes later', () => {
    const recording = recordingOf(changes);
    const moment = new Moment(recording);
    moment.seek(5);
    recording.append({
      ...emptyFrame(110),
      pods: { namespace: [0], name: [0], workload: [0], revision: [0] },
      podChanges: { time: [101], pod: [3], state: [PodState.Failed], node: [1] },
    });
    moment.seek(105);
    expect(moment.counts[PodState.Failed]).toBe(1);
    expect(moment.placesOf(1)).toEqual([3]);
  });

  it('has nothing where nothing was told', () => {
    const moment = new Moment(new Recording());
    moment.seek(10);
    expect(moment.takeChanged()).toEqual([]);
    expect(moment.placesOf(3)).toEqual([]);
  });
});

it('refuses frames of another version', () => {
  const opening = { version: FRAME_VERSION + 1 } as unknown as NonNullable<Frame['opening']>;
  expect(() => new Recording().append({ ...emptyFrame(0), opening })).toThrow(/version 2, expected 1/);
});
