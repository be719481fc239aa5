// Deletion of images: by the part of the disk in use, by age, in the order of their last use, and never those in use.
import { expect, it } from 'vitest';
import { eventsOf, rig, template } from '../../../test/support/cluster-rig.ts';
import type { NodeRow } from '../../model/rows.ts';
import type { ImageBehavior } from '../../model/settings/behavior.ts';

const GB = 1e9;
const image = (bytes: number): Partial<ImageBehavior> => ({
  imageSizeBytes: bytes,
  layers: [{ name: undefined, bytes }],
  work: { length: { type: 'constant', value: 5e6 }, scales: false, checkpointUs: 0, savingUs: 0, failure: undefined },
});
const pull = { bandwidth: Infinity, roundTripUs: 0, maxParallel: 1, registry: { qps: Infinity, burst: 1 } };
const collection = { highThreshold: 0.85, lowThreshold: 0.8, minimumAgeUs: 120e6, maximumAgeUs: 0 };
/** Runs to its end, and its pod is deleted 20 s after its creation. */
const job = (name: string) => template([name], { restartPolicy: 'Never' });

function world(sizes: Record<string, number>, disk = 10 * GB, more: Partial<typeof collection> = {}) {
  const made = rig({
    diskBytes: disk,
    kubelet: { cachedImages: [], imagePull: pull, imageCollection: { ...collection, ...more } },
    behaviors: Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, image(size)])),
  });
  const use = (name: string, atUs: number): void => {
    made.engine.run(atUs);
    made.pod(name, job(name), 'node-0');
    made.engine.run(atUs + 20e6);
    const pod = made.state.findPod('default', name);
    made.client.deletePod(pod, made.state.pods.epoch[pod], 0);
  };
  /** Whether a pod that uses the image now finds it. */
  const finds = (name: string): boolean => {
    const before = eventsOf(made, 'Pulling').length;
    made.pod(`again-${name}`, job(name), 'node-0');
    made.engine.run(made.engine.now + 1e6);
    return eventsOf(made, 'Pulling').length === before;
  };
  return { ...made, use, finds };
}

it('deletes those first that were used least lately, until the low threshold is reached', () => {
  const { use, finds, engine } = world({ a: 3 * GB, b: 3 * GB, c: 2.8 * GB });
  use('a', 10e6);
  use('b', 100e6);
  use('c', 200e6);
  // 88 % are in use: at the next look a goes, 3 of the 0.8 GB that are wanted; the others stay.
  engine.run(700e6);
  expect(finds('b')).toBe(true);
  expect(finds('c')).toBe(true);
  expect(finds('a')).toBe(false);
});

it('keeps what is in use, what is young, and everything below the high threshold', () => {
  const made = world({ a: 5 * GB, b: 3.4 * GB });
  const { use, finds, engine } = made;
  use('a', 10e6);
  use('b', 100e6);
  engine.run(1300e6);
  expect(finds('a') && finds('b')).toBe(true);
  expect(eventsOf(made, 'FreeDiskSpaceFailed')).toEqual([]);
});

it('says that it cannot free enough where images are in use, and the second time that collecting failed', () => {
  const made = world({ a: 9 * GB });
  made.pod('a', template(['a']), 'node-0');
  made.engine.run(1000e6);
  const failed = eventsOf(made, 'FreeDiskSpaceFailed');
  expect(failed.length).toBeGreaterThanOrEqual(2);
  expect(failed[0]).toMatch(
    /node-0: Insufficient free disk space on the node's image filesystem \(90% of 9\.3 GiB used\)\./,
  );
  expect(eventsOf(made, 'ImageGCFailed')).toHaveLength(failed.length - 1);
});

it('deletes what was unused for longer than the maximum age, however empty the disk is', () => {
  const made = world({ a: 1, b: 1 }, 10 * GB, { maximumAgeUs: 600e6 });
  const { use, finds, engine, state, client } = made;
  use('a', 10e6);
  engine.run(1200e6);
  made.pod('b', template(['b']), 'node-0');
  // b is seen in use at the look between; what was never seen in use is old, as for the kubelet.
  engine.run(1550e6);
  const running = state.findPod('default', 'b');
  client.deletePod(running, state.pods.epoch[running], 0);
  engine.run(1950e6);
  expect(finds('b')).toBe(true);
  expect(finds('a')).toBe(false);
});

it('does not collect with a high threshold of 100 %', () => {
  const made = world({ a: 9 * GB }, 9 * GB, { highThreshold: 1 });
  made.use('a', 10e6);
  made.engine.run(1000e6);
  expect(made.finds('a')).toBe(true);
});

it('shared layers stay as long as one image has them, and are pulled once more after that', () => {
  const base = { name: 'base', bytes: 4 * GB };
  const of = (bytes: number) => ({
    ...image(0),
    imageSizeBytes: 4 * GB + bytes,
    layers: [base, { name: undefined, bytes }],
  });
  const made = rig({
    diskBytes: 10 * GB,
    kubelet: {
      cachedImages: [],
      imagePull: { ...pull, bandwidth: 1 * GB },
      imageCollection: { ...collection, highThreshold: 0.7, lowThreshold: 0.69 },
    },
    behaviors: { a: of(2 * GB), b: of(1.5 * GB) },
  });
  made.pod('a', job('a'), 'node-0');
  made.engine.run(20e6);
  const a = made.state.findPod('default', 'a');
  made.client.deletePod(a, made.state.pods.epoch[a], 0);
  made.pod('b', template(['b']), 'node-0');
  made.engine.run(700e6);
  // 7.5 GB are in use: a goes with its 2, the base stays with b, and a pulls its own 2 GB again.
  made.pod('again', job('a'), 'node-0');
  made.engine.run(720e6);
  expect(eventsOf(made, 'Pulled').at(-1)).toContain('again: Successfully pulled image "a" in 2s');
});

it('reports what is there within 40 s, the largest first, and no longer what was deleted', () => {
  const { use, engine, state } = world({ 'r.io/a:1': 3 * GB, 'r.io/b:1': 3 * GB, 'r.io/c:1': 2.8 * GB });
  const reported = (): string[] =>
    state.imageLists.get(state.nodes.imagesOf(0 as NodeRow)).flatMap(({ names }) => names);
  use('r.io/a:1', 10e6);
  engine.run(55e6);
  expect(reported()).toEqual(['r.io/a:1']);
  use('r.io/b:1', 100e6);
  use('r.io/c:1', 200e6);
  engine.run(245e6);
  expect(reported()).toEqual(['r.io/b:1', 'r.io/a:1', 'r.io/c:1']);
  engine.run(700e6);
  expect(reported()).toEqual(['r.io/b:1', 'r.io/c:1']);
});
