// A plugin that throws, or answers what no plugin may answer: who it was, about which pod and node.
import { assert } from '../../../lib/assert.ts';
import type { Registry } from '../../../model/registry.ts';
import type { PodInfo } from '../pod-info.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** Where a plugin went wrong. */
export interface FaultPlace {
  /** The method. */
  readonly point: string;
  readonly pod?: Pick<PodInfo, 'row' | 'podClass'> | undefined;
  /** Row of the node, -1 for none. */
  readonly node?: NodeRow;
}

/** Thrown by what stands between a plugin and the framework; whoever knows more about the plugin tells it. */
export class PluginFault extends Error {
  override readonly name = 'PluginFault';
  readonly what: string;
  readonly place: FaultPlace;

  constructor(what: string, place: FaultPlace) {
    super(`${place.point} ${what}`);
    this.what = what;
    this.place = place;
  }
}

/** `score for pod shop/web-0 on node worker-1` */
export function describePlace({ point, ...about }: FaultPlace, state: Registry): string {
  return [point, aboutPlace(about, state)].filter((part) => part !== '').join(' ');
}

/** `for pod shop/web-0 on node worker-1`; empty for neither. */
export function aboutPlace({ pod, node = -1 }: Omit<FaultPlace, 'point'>, state: Registry): string {
  const ofPod = pod === undefined || pod.row < 0 ? [] : [`for pod ${podText(pod, state)}`];
  return [...ofPod, ...(node < 0 ? [] : [`on node ${state.nodeName(node)}`])].join(' ');
}

function podText({ row, podClass }: NonNullable<FaultPlace['pod']>, state: Registry): string {
  return `${podClass.namespace}/${state.podName(row)}`;
}

/** A score of a built-in plugin that is not 0 to 100: a bug. */
export function refuseScore(plugin: string, score: number, pod: PodInfo, node: NodeRow, state: Registry): never {
  const place = describePlace({ point: 'score', pod, node }, state);
  assert(false, `plugin ${plugin}: ${place}: returned ${score}, expected 0 to 100`);
}
