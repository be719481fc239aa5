// Which containers of a pod serve, at which ports.
import { expect, it } from 'vitest';
import { ClusterState } from '../model/state.ts';
import { ServingContainers } from './serving-containers.ts';
import type { BehaviorSpec } from '../model/settings/traffic.ts';

const serving = new ServingContainers([
  { image: 'app' },
  { image: 'mesh', mesh: { place: 'sidecar' } },
  { image: 'ztunnel', mesh: { place: 'node' } },
] as BehaviorSpec[]);
const { classes } = new ClusterState('1');

const of = (...containers: readonly (readonly [image: string, ...ports: number[]])[]) => {
  const spec = {
    containers: containers.map(([image, ...ports], index) => ({
      name: `c${index}`,
      image,
      ports: ports.map((containerPort) => ({ containerPort })),
    })),
  };
  return serving.of(classes.intern('default', { spec }));
};

it.each([
  ['one container', of(['other']), 0, []],
  ['the one whose image has a behaviour is the main one', of(['proxy'], ['app:v1']), 1, []],
  [
    'those with ports of their own serve too',
    of(['proxy', 15001, 15006], ['app', 80], ['log'], ['x', 9100]),
    1,
    [
      { container: 0, ports: [15001, 15006] },
      { container: 3, ports: [9100] },
    ],
  ],
  [
    'a port belongs to the main one, then to the first',
    of(['a', 80, 81], ['app', 80], ['b', 81, 82], ['c', 82]),
    1,
    [
      { container: 0, ports: [81] },
      { container: 2, ports: [82] },
    ],
  ],
])('%s', (_what, found, main, further) => {
  expect(found).toEqual({ main, further, sidecar: -1 });
});

it('counts sidecars behind containers, and not init containers that end', () => {
  const of = (name: string, port: number, restartPolicy?: string) => ({
    name,
    image: name,
    ports: [{ containerPort: port }],
    ...(restartPolicy === undefined ? {} : { restartPolicy }),
  });
  const podClass = classes.intern('default', {
    spec: {
      initContainers: [of('first', 1), of('proxy', 2, 'Always'), of('x', 80, 'Always'), of('log', 3, 'Always')],
      containers: [of('app', 80)],
    },
  });
  expect(serving.of(podClass)).toEqual({
    main: 0,
    further: [
      { container: 1, ports: [2] },
      { container: 3, ports: [3] },
    ],
    sidecar: -1,
  });
});

it.each([
  ['which is never the main one', of(['mesh', 15090], ['other', 80]), 1, [{ container: 0, ports: [15090] }], 1],
  ['whether it has a port or not', of(['app'], ['mesh']), 0, [{ container: 1, ports: [] }], 1],
  [
    'behind others that serve',
    of(['app', 80], ['x', 81], ['mesh']),
    0,
    [
      { container: 1, ports: [81] },
      { container: 2, ports: [] },
    ],
    2,
  ],
  ['the first of two', of(['app'], ['mesh'], ['mesh']), 0, [{ container: 1, ports: [] }], 1],
  ['and none where it is alone', of(['mesh']), 0, [], -1],
  ['while the proxy of a node is an application like any', of(['ztunnel']), 0, [], -1],
])('finds the sidecar of a mesh, %s', (_what, found, main, further, sidecar) => {
  expect(found).toEqual({ main, further, sidecar });
});

it('numbers them', () => {
  const podClass = classes.intern('default', {
    spec: {
      containers: [
        { name: 'a', image: 'a', ports: [{ containerPort: 1 }] },
        { name: 'log', image: 'log' },
        { name: 'app', image: 'app' },
      ],
    },
  });
  expect([0, 1, 2, 7].map((container) => serving.numberOf(podClass, container))).toEqual([1, -1, 0, -1]);
});
