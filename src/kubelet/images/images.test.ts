// Pulls: layers that images share, the node's bandwidth, the registry's limit, and secrets.
import { expect, it } from 'vitest';
import { rig, template } from '../../../test/support/cluster-rig.ts';

const pull = { bandwidth: 10e6, roundTripUs: 100_000, maxParallel: Infinity, registry: { qps: Infinity, burst: 1 } };
const quick = { cachedImages: [], imagePull: pull } as const;
const base = { name: 'base', bytes: 80e6 };

function messages(world: ReturnType<typeof rig>, reason: string): string[] {
  const { events } = world.state;
  const found: string[] = [];
  for (let row = 0; row < events.length; row += 1) {
    const known = events.messages.get(events.message[row]);
    const { message, name } = world.state.describeEvent(row);
    if (known.reason === reason) found.push(`${name}: ${message}`);
  }
  return found;
}

it('pulls a layer that two images share once, and the second one waits for it', () => {
  const world = rig({
    kubelet: quick,
    behaviors: {
      one: { layers: [base, { name: undefined, bytes: 20e6 }], imageSizeBytes: 100e6 },
      two: { layers: [base, { name: undefined, bytes: 10e6 }], imageSizeBytes: 90e6 },
    },
  });
  world.pod('a', template(['one']), 'node-0');
  world.pod('b', template(['two']), 'node-0');
  world.engine.run(60e6);
  // 0.1 s, then a has all 10 MB/s for its base, while b fetches its own: 10 MB at 5 MB/s end at 2.1 s, when a has 10 of 80.
  // The other 70 take 7 s more; b ends with the base at 9.1 s; a's own 20 MB come by 11.1 s.
  expect(messages(world, 'Pulled')).toEqual([
    'b: Successfully pulled image "two" in 9.1s (9.1s including waiting). Image size: 90000000 bytes.',
    'a: Successfully pulled image "one" in 11.1s (11.1s including waiting). Image size: 100000000 bytes.',
  ]);
});

it('asks for nothing but the answer of the registry where all layers are there', () => {
  const world = rig({
    kubelet: { ...quick, imagePull: { ...pull, maxParallel: 1 } },
    behaviors: { one: { layers: [base], imageSizeBytes: 80e6 }, two: { layers: [base], imageSizeBytes: 80e6 } },
  });
  world.pod('a', template(['one']), 'node-0');
  world.pod('b', template(['two']), 'node-0');
  world.engine.run(60e6);
  expect(messages(world, 'Pulled')).toEqual([
    'a: Successfully pulled image "one" in 8.1s (8.1s including waiting). Image size: 80000000 bytes.',
    'b: Successfully pulled image "two" in 100ms (8.2s including waiting). Image size: 80000000 bytes.',
  ]);
});

it('pulls the same image for two pods at the same time, but its bytes once', () => {
  const world = rig({ kubelet: quick, behaviors: { one: { layers: [base], imageSizeBytes: 80e6 } } });
  world.pod('a', template(['one']), 'node-0');
  world.pod('b', template(['one']), 'node-0');
  world.engine.run(60e6);
  expect(messages(world, 'Pulled').map((text) => text.slice(-60))).toHaveLength(2);
  expect(messages(world, 'Pulled').every((text) => text.includes('in 8.1s'))).toBe(true);
});

it('fails the pull that comes after a burst, and tries again after the back-off', () => {
  const limited = { ...pull, registry: { qps: 1, burst: 2 } };
  const world = rig({ kubelet: { ...quick, imagePull: limited }, behaviors: {} });
  for (const name of ['a', 'b', 'c']) world.pod(name, template([name]), 'node-0');
  world.engine.run(120e6);
  expect(messages(world, 'Failed')).toContain('c: Failed to pull image "c": pull QPS exceeded');
  expect(messages(world, 'Pulled')).toHaveLength(3);
});

it('does not pull an image of a private registry without a secret, and shows it to nobody who has none', () => {
  const world = rig({
    kubelet: quick,
    behaviors: { secret: { isPrivate: true, layers: [base], imageSizeBytes: 80e6 } },
  });
  world.client.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'there', namespace: 'default' } }, -1);
  world.engine.run(1e6);
  world.pod('with', template(['secret'], { imagePullSecrets: [{ name: 'absent' }, { name: 'there' }] }), 'node-0');
  world.engine.run(20e6);
  world.pod('without', template(['secret'], { imagePullSecrets: [{ name: 'absent' }] }), 'node-0');
  world.engine.run(40e6);
  expect(messages(world, 'Pulled')).toHaveLength(1);
  expect(messages(world, 'Failed').at(0)).toContain('without: Failed to pull image "secret"');
  expect(new Set(messages(world, 'FailedToRetrieveImagePullSecret').map((text) => text.split(':')[0]))).toEqual(
    new Set(['with', 'without']),
  );
});

it.each([1, 2, Infinity])(
  'answers for images that all nodes have as it does for images without layers, %s at a time',
  (maxParallel) => {
    const always = template(['one'], {}, { imagePullPolicy: 'Always' });
    const told = (cachedImages: string[]): string[] => {
      const imagePull = { ...pull, maxParallel, registry: { qps: 5, burst: 4 } };
      const behaviors = { one: { layers: [], imageSizeBytes: 0 } };
      const world = rig({ kubelet: { ...quick, cachedImages, imagePull }, behaviors });
      for (const [name, atUs] of [
        ['a', 0],
        ['b', 0],
        ['c', 50e3],
        ['d', 1e6],
        ['e', 1.1e6],
        ['f', 1.1e6],
        ['g', 1.1e6],
      ] as const) {
        world.engine.run(Math.max(atUs, world.engine.now));
        world.pod(name, always, 'node-0');
      }
      world.engine.run(60e6);
      return [...messages(world, 'Pulled'), ...messages(world, 'Failed')].map((text) =>
        text.replace(/Image size.*/, ''),
      );
    };
    const answers = told(['*']);
    expect(answers.length).toBeGreaterThan(6);
    expect(answers).toEqual(told([]));
  },
);
