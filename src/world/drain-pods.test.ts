// Which pods a drain takes, leaves or stumbles over, flag by flag, as the filters of kubectl do.
import type { Pod } from 'kubernetes-types/core/v1.js';
import { expect, it } from 'vitest';
import { MIRROR } from '../model/objects/static-pod.ts';
import { podsToDrain, refusal } from './drain-pods.ts';

const FLAGS = {
  force: false,
  ignoreDaemonsets: false,
  deleteEmptydirData: false,
  disableEviction: false,
  gracePeriod: -1,
  podSelector: '',
  timeoutUs: 0,
};

interface Given {
  readonly owner?: string;
  readonly phase?: string;
  readonly annotations?: Record<string, string>;
  readonly emptyDir?: boolean;
}

const pod = ({ owner, phase = 'Running', annotations = {}, emptyDir = false }: Given): Pod => ({
  metadata: {
    name: 'p',
    namespace: 'default',
    annotations,
    ...(owner !== undefined && {
      ownerReferences: [{ apiVersion: 'apps/v1', kind: owner, name: 'agent', uid: 'u', controller: true }],
    }),
  },
  spec: { containers: [], ...(emptyDir && { volumes: [{ name: 'tmp', emptyDir: {} }] }) },
  status: { phase },
});

const DAEMON = 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL = 'Pods with local storage (use --delete-emptydir-data to override)';
const UNMANAGED = 'Pods that declare no controller (use --force to override)';
const ORPHAN = 'daemonsets.apps "agent" not found';
const daemon: Given = { owner: 'DaemonSet' };
const bare: Given = {};
const web: Given = { owner: 'ReplicaSet' };
const mirror: Given = { annotations: { [MIRROR]: 'x' } };

const ALL = ['force', 'ignoreDaemonsets', 'deleteEmptydirData'] as const;
type Flag = (typeof ALL)[number];
const none: readonly Flag[] = [];

it.each([
  // pod, whether its owner is there, flags, what becomes of it
  ['of a ReplicaSet', web, true, none, 'goes'],
  ['of a DaemonSet', daemon, true, none, DAEMON],
  ['of a DaemonSet', daemon, true, ['force'], DAEMON],
  ['of a DaemonSet', daemon, true, ['ignoreDaemonsets'], 'stays'],
  ['of a DaemonSet, with a volume', { ...daemon, emptyDir: true }, true, ['ignoreDaemonsets'], 'stays'],
  ['of a DaemonSet that is gone', daemon, false, none, ORPHAN],
  ['of a DaemonSet that is gone', daemon, false, ['ignoreDaemonsets', 'deleteEmptydirData'], ORPHAN],
  ['of a DaemonSet that is gone', daemon, false, ['force'], 'goes'],
  ['of a DaemonSet that is gone, with a volume', { ...daemon, emptyDir: true }, false, ['force'], LOCAL],
  ['of a DaemonSet, that has ended', { ...daemon, phase: 'Failed' }, true, none, 'goes'],
  ['of a DaemonSet that is gone, that has ended', { ...daemon, phase: 'Succeeded' }, false, none, 'goes'],
  ['of nobody', bare, true, none, UNMANAGED],
  ['of nobody', bare, true, ['force'], 'goes'],
  ['of nobody, that has ended', { phase: 'Succeeded', emptyDir: true }, true, none, 'goes'],
  ['of nobody, with a volume', { emptyDir: true }, true, ['force'], LOCAL],
  ['with a volume', { ...web, emptyDir: true }, true, none, LOCAL],
  ['with a volume', { ...web, emptyDir: true }, true, ['deleteEmptydirData'], 'goes'],
  ['that mirrors a static one', mirror, true, none, 'stays'],
  ['that mirrors a static one', mirror, true, ALL, 'stays'],
] as const)('a pod %s', (_, given, isThere, flags, expected) => {
  const options = { ...FLAGS, ...Object.fromEntries(flags.map((flag) => [flag, true])) };
  const found = podsToDrain([pod(given)], options, () => isThere);
  expect(found.map(({ goes, error }) => error ?? (goes ? 'goes' : 'stays'))).toEqual([expected]);
  const begins = expected === 'goes' || expected === 'stays';
  expect(refusal(found)).toEqual(begins ? [] : [`cannot delete ${expected}: default/p`]);
});
