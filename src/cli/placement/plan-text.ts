// How a plan is printed: a row for each pool, and what would wait with one node fewer.
import type { PlannedPool } from '../../world/placement/planned-pool.ts';
import { colors } from '../colors.ts';
import { wrap } from '../lines.ts';
import { table } from '../table.ts';

export function planText(planned: readonly PlannedPool[]): string {
  const { bold } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  const spare = planned.some((one) => one.spareZone !== undefined);
  const limited = planned.some(({ limits }) => limits !== undefined);
  const priced = planned.some(({ hourlyCost }) => hourlyCost > 0);
  const number = (nodes: number | undefined): string => (nodes === undefined ? 'none will do' : String(nodes));
  const rows = planned.map(({ pool, now, zones, nodes, spareZone, limits, hourlyCost }) => [
    pool,
    zones.join(', '),
    String(now),
    bold(number(nodes)),
    ...(spare ? [spareZone === undefined ? '' : bold(number(spareZone.nodes))] : []),
    ...(limited ? [limits === undefined ? '' : `${limits.min} to ${limits.max}`] : []),
    ...(priced ? [hourlyCost === 0 ? '' : hourlyCost.toFixed(2)] : []),
  ]);
  const head = [
    'pool',
    'zones',
    'nodes now',
    'needed',
    ...(spare ? ['with a zone lost'] : []),
    ...(limited ? ['autoscaler'] : []),
    ...(priced ? ['cost per hour'] : []),
  ];
  const lines = [table(head, rows, [2, 3, 4, 5, 6])];
  for (const { pool, nodes, pending, spareZone, limits } of planned) {
    const shown = spareZone ?? { nodes, pending };
    if (limits !== undefined && (shown.nodes ?? Infinity) > limits.max)
      lines.push('', `${pool}: its autoscaler stops at ${limits.max}`);
    const [first] = shown.pending;
    if (first === undefined) continue;
    const when =
      shown.nodes === undefined
        ? 'however many nodes'
        : `with ${shown.nodes - 1}${spareZone === undefined ? '' : ' and a zone lost'}`;
    lines.push(
      '',
      wrap(
        `${pool}, ${when}: ${first.example}${first.pods > 1 ? ` and ${first.pods - 1} more` : ''} would wait: ${first.message}`,
        width,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}
