// What was found in a cluster, in a few sentences: nodes, pods by what they do, why others wait.
import { counted } from '../../lib/plural.ts';
import { countsOf } from '../caveats.ts';
import { valueAt } from '../document.ts';

type Plain = Record<string, unknown>;

export function clusterNotes(objects: readonly Plain[]): string[] {
  const kinds = new Map<string, number>();
  for (const object of objects) {
    const kind = String(object['kind']);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return [`found: ${countsOf(kinds)}`, ...nodeNotes(ofKind(objects, 'Node')), ...podNotes(ofKind(objects, 'Pod'))];
}

function ofKind(objects: readonly Plain[], kind: string): Plain[] {
  return objects.filter((object) => object['kind'] === kind);
}

function condition(object: Plain, type: string): Plain | undefined {
  const conditions = valueAt(object, ['status', 'conditions']);
  return Array.isArray(conditions) ? (conditions as Plain[]).find((one) => one['type'] === type) : undefined;
}

function nodeNotes(nodes: readonly Plain[]): string[] {
  if (nodes.length === 0)
    return ['there is no Node among them: pods have no place, and the scenario gets a pool of its own'];
  const silent = nodes.filter(
    (node) => !['True', undefined].includes(condition(node, 'Ready')?.['status'] as string | undefined),
  );
  const cordoned = nodes.filter((node) => valueAt(node, ['spec', 'unschedulable']) === true);
  const names = (some: readonly Plain[]): string =>
    some.map((node) => String(valueAt(node, ['metadata', 'name']))).join(', ');
  return [
    ...(silent.length === 0 ? [] : [`not ready: ${counted(silent.length, 'node')} (${names(silent)})`]),
    ...(cordoned.length === 0 ? [] : [`cordoned: ${counted(cordoned.length, 'node')} (${names(cordoned)})`]),
  ];
}

function podNotes(pods: readonly Plain[]): string[] {
  const placed = pods.filter((pod) => valueAt(pod, ['spec', 'nodeName']) !== undefined);
  const ready = placed.filter((pod) => condition(pod, 'Ready')?.['status'] === 'True').length;
  const waiting = pods.filter((pod) => valueAt(pod, ['spec', 'nodeName']) === undefined);
  const reasons = new Map<string, string[]>();
  for (const pod of waiting) {
    const message = condition(pod, 'PodScheduled')?.['message'];
    const why = typeof message === 'string' ? message : 'not tried yet';
    reasons.set(why, [...(reasons.get(why) ?? []), String(valueAt(pod, ['metadata', 'name']))]);
  }
  if (pods.length === 0) return [];
  return [
    `pods: ${placed.length} on nodes, ${ready} of them ready; ${waiting.length} without a node`,
    ...[...reasons].map(
      ([why, names]) =>
        `without a node: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}: ${why}`,
    ),
  ];
}
