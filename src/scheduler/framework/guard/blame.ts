// A built-in plugin threw: which one it was, found by asking each of them again. The run is over in any case.
import { InvariantError } from '../../../lib/assert.ts';
import { InputError } from '../../../lib/errors.ts';
import type { Registry } from '../../../model/registry.ts';
import type { NodePoints } from '../installed.ts';
import { NodeList } from '../node-list.ts';
import { thrown } from '../../../lib/plugin-error.ts';
import { describePlace, PluginFault } from './plugin-fault.ts';
import type { PodInfo } from '../pod-info.ts';
import { Verdicts } from '../verdicts.ts';
import type { NodeRow } from '../../../model/rows.ts';

/** The nodes that plugins were asked about. */
interface Asked {
  readonly examined: NodeList;
  readonly feasible: NodeList;
}

/** The error to throw instead: an InputError of a user's plugin as it is, else one that names plugin, pod and node. */
export function blame(error: unknown, points: NodePoints, asked: Asked, pod: PodInfo, state: Registry): Error {
  if (error instanceof InputError || error instanceof InvariantError) return error;
  const { plugin, point, node } = culprit(points, asked, pod);
  const fault = error instanceof PluginFault ? error : undefined;
  const place = { point, node, pod, ...fault?.place };
  const text = `${describePlace(place, state)}: ${fault?.what ?? thrown(error)}`;
  const message = plugin === undefined ? `the scheduler: ${text}` : `plugin ${plugin}: ${text}`;
  const made = new InvariantError(`${message}\n${error instanceof Error ? (error.stack ?? '') : ''}`.trimEnd());
  made.cause = error;
  return made;
}

interface Culprit {
  readonly plugin: string | undefined;
  readonly point: string;
  readonly node: NodeRow;
}

/** The first plugin that throws when it is asked about the pod, and about each node examined. */
function culprit(points: NodePoints, { examined, feasible }: Asked, pod: PodInfo): Culprit {
  const throws = (ask: () => unknown): boolean => {
    try {
      ask();
      return false;
    } catch {
      return true;
    }
  };
  for (const { name, plugin } of points.preFilter) {
    if (throws(() => plugin.preFilter?.(pod))) return { plugin: name, point: 'preFilter', node: -1 };
  }
  for (const { name, plugin } of points.filter) {
    for (const node of examined.rows.subarray(0, examined.end)) {
      const verdicts = new Verdicts();
      verdicts.reset(1);
      if (throws(() => plugin.filter?.(pod, oneNode(node), verdicts))) return { plugin: name, point: 'filter', node };
    }
  }
  for (const { name, plugin } of points.preScore) {
    if (throws(() => plugin.preScore?.(pod, feasible))) return { plugin: name, point: 'preScore', node: -1 };
  }
  for (const { name, plugin } of points.score) {
    for (const node of feasible.rows.subarray(0, feasible.end)) {
      const scores = new Float64Array(1);
      if (throws(() => plugin.score?.(pod, oneNode(node), scores))) return { plugin: name, point: 'score', node };
    }
  }
  return { plugin: undefined, point: 'the cycle', node: -1 };
}

function oneNode(node: NodeRow): NodeList {
  const list = new NodeList();
  list.ensure(1);
  list.rows[0] = node;
  list.end = 1;
  return list;
}
