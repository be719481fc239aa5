// What `wavetank chaos` may strike in a scenario: zones, nodes, workloads, systems outside, the control plane; by group or by name.
import { didYouMean } from '../../lib/suggest.ts';
import type { FamilyUse } from '../../model/settings/family-use.ts';
import type { NodePool } from '../../model/settings/cluster.ts';
import { processNames } from '../../model/settings/masters.ts';
import type { Known } from '../known.ts';

/** One thing that can be hit, and the fault that does it. */
export interface ChaosTarget {
  /** `zone/a`, `node/web-3`, `deployment/shop/web`: without the namespace in `default`. */
  readonly label: string;
  readonly fault: FamilyUse;
}

export type Masters = Parameters<typeof processNames>[0];

/** What a scenario has. */
interface Struck {
  readonly known: Known;
  readonly pools: readonly NodePool[];
  readonly masters: Masters;
}

/** More pods than any workload has. */
const ALL = 1_000_000;

const GROUPS = [
  'zones',
  'nodes',
  'every-node',
  'workloads',
  'jobs',
  'external',
  'control-plane',
  'every-process',
] as const;
/** Components of the control plane, and which of their processes is hit: API servers have no leader. */
const COMPONENTS = [
  ['kube-scheduler', 'leader'],
  ['kube-controller-manager', 'leader'],
  ['etcd', 'leader'],
  ['kube-apiserver', 'any'],
] as const;
/** Kinds of workloads whose pods are hit together, by what PodCrash and labels call them. */
const WORKLOADS = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['rollout', 'Rollout'],
] as const;
type Group = (typeof GROUPS)[number];

type Everything = Readonly<Record<Group, readonly ChaosTarget[]>>;

/** What the words mean, each thing once, in the order of the words. Calls `fail` with what a word is not. */
export function targetsOf(
  words: readonly string[],
  all: Everything,
  fail: (index: number, message: string) => void,
): ChaosTarget[] {
  const byLabel = new Map(
    Object.values(all).flatMap((group) => group.map((target) => [target.label, target] as const)),
  );
  const chosen = new Map<string, ChaosTarget>();
  for (const [index, word] of words.entries()) {
    const group = GROUPS.find((one) => one === word);
    const one = byLabel.get(word) ?? byLabel.get(word.replace(/^(\w[\w-]*)\/default\//, '$1/'));
    if (group !== undefined) for (const target of all[group]) chosen.set(target.label, target);
    else if (one !== undefined) chosen.set(one.label, one);
    else fail(index, unknown(word, [...byLabel.keys()]));
  }
  return [...chosen.values()];
}

function unknown(word: string, labels: readonly string[]): string {
  return `there is no target ${JSON.stringify(word)}, expected one of ${GROUPS.join(', ')}, or one by its name, such as ${labels.slice(0, 4).join(', ')}${didYouMean(word, [...GROUPS, ...labels])}`;
}

export function labelsOf(all: Everything): string[] {
  return [...new Set(Object.values(all).flatMap((group) => group.map(({ label }) => label)))];
}

/** By group, all that can be hit; it stays away for `length`. */
export function everything({ known, pools, masters }: Struck, length: string): Everything {
  const target = (label: string, name: string, args: Readonly<Record<string, unknown>>): ChaosTarget => ({
    label,
    fault: { name, args: { ...args, for: length } },
  });
  const node = (name: string) => target(`node/${name}`, 'NodeCrash', { node: name });
  return {
    zones: [...known.zones].map((zone) => target(`zone/${zone}`, 'ZoneOutage', { zone })),
    nodes: oneOfEach(known, pools).map(node),
    'every-node': [...known.nodes].map(node),
    workloads: WORKLOADS.flatMap(([word, kind]) => podsOf(known, word, kind)),
    jobs: podsOf(known, 'job', 'Job'),
    external: [...known.hosts].map((host) => target(`external/${host}`, 'ExternalOutage', { host })),
    'control-plane': COMPONENTS.map(([component, which]) =>
      target(`control-plane/${component}`, 'ProcessSignal', { component, which }),
    ),
    'every-process': processNames(masters).map((process) => target(`process/${process}`, 'ProcessSignal', { process })),
  };
}

/** The processes of all pods of each object of a kind; what starts over needs no length. */
function podsOf(known: Known, word: string, kind: string): ChaosTarget[] {
  return known.names(kind).map((key) => {
    const [namespace, name] = key.split('/');
    const label = `${word}/${namespace === 'default' ? '' : `${namespace}/`}${name}`;
    return { label, fault: { name: 'PodCrash', args: { namespace, [word]: name, count: ALL } } };
  });
}

/** Nodes of one pool in one zone are alike: the first of each, and every Node of the manifests. */
function oneOfEach(known: Known, pools: readonly NodePool[]): string[] {
  const first = pools.flatMap(({ name, count, zones }) =>
    Array.from({ length: Math.min(count, zones.length) }, (_, index) => `${name}-${index}`),
  );
  const ofPools = new Set(
    pools.flatMap(({ name, count }) => Array.from({ length: count }, (_, index) => `${name}-${index}`)),
  );
  return [...first, ...[...known.nodes].filter((name) => !ofPools.has(name))];
}
