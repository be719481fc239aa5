// What `wavetank explain` prints of a gang: what it wants, what is free, and who holds the rest.
import type { createColors } from 'picocolors';
import type { AttemptResult } from '../../scheduler/observer.ts';
import { amountText, listText } from './amounts.ts';
import { nodesText, twoColumns, wrap } from '../lines.ts';

type Gang = NonNullable<AttemptResult['gang']>;

/** Nodes that are listed with their pods; the others are counted. */
const MOST_NODES = 6;

/** `width` in columns. */
export function gangText(
  { group, minMember, members, placed, requests, room, held }: Gang,
  width: number,
  { bold }: ReturnType<typeof createColors>,
): string {
  const each = listText(
    Object.entries(requests)
      .filter(([name]) => name !== 'pods')
      .map(([name, amount]) => amountText(name, amount)),
  );
  const given = Object.entries(placed).map(([pod, node]) => `${pod} on ${node}`);
  const wants = [
    `${minMember} pods at once${each === '' ? '' : `, each ${each}`}`,
    `${members} exist${members === 1 ? 's' : ''}`,
    given.length === 0
      ? 'none has a node'
      : `${given.length} ${given.length === 1 ? 'has' : 'have'} a node: ${given.join(', ')}`,
  ];
  const places = Object.values(room).reduce((sum, pods) => sum + pods, 0);
  const free =
    places === 0
      ? 'room for none of them'
      : `room for ${places} more: ${Object.entries(room)
          .slice(0, MOST_NODES)
          .map(([node, pods]) => (pods === 1 ? node : `${pods} on ${node}`))
          .join(', ')}${rest(Object.keys(room).length)}`;
  const full = Object.entries(held);
  const rows = [
    { cells: ['wants'], text: wants.join('; ') },
    { cells: ['free'], text: free },
    ...full.slice(0, MOST_NODES).map(([node, pods], index) => ({
      cells: [index === 0 ? 'held' : ''],
      text: `${node}: ${pods.length === 0 ? 'too small for such a pod, even without others' : pods.join(', ')}`,
    })),
  ];
  const more = full.length > MOST_NODES ? `\n  … and ${nodesText(full.slice(MOST_NODES).map(([node]) => node))}` : '';
  return `${bold(wrap(`Its group ${group}:`, width))}\n${twoColumns(rows, width)}${more}`;
}

function rest(nodes: number): string {
  return nodes > MOST_NODES ? ` and ${nodes - MOST_NODES} other nodes` : '';
}
