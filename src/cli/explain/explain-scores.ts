// The scores of a placement as a table: a row for each plugin, a column for each group of nodes that scored alike, the best first.
import type { createColors } from 'picocolors';
import type { TieBreak } from '../../model/settings/scheduler.ts';
import type { AttemptResult } from '../../scheduler/observer.ts';
import { nodesText, wrap } from '../lines.ts';
import { table } from '../table.ts';

type Colors = ReturnType<typeof createColors>;

interface Column {
  readonly nodes: string[];
  readonly total: number;
  readonly cells: readonly string[];
}

/** Nothing but a sentence when one node was feasible: it is taken without scoring. */
export function scoreLines(
  { node, scores, totals, skipped }: AttemptResult,
  tieBreak: TieBreak,
  width: number,
  { bold, dim }: Colors,
): string {
  if (scores.length === 0) return 'The only feasible node is taken without scoring.';
  const columns = new Map<string, Column>();
  for (const [name, total] of Object.entries(totals)) {
    const cells = scores.map(({ weight, raw, normalized }) => cell(raw[name], normalized[name], weight));
    // The chosen node leads the group of those that scored like it.
    const key = cells.join('\n');
    const column = columns.get(key);
    if (column === undefined) columns.set(key, { nodes: [name], total, cells });
    else if (name === node) column.nodes.unshift(name);
    else column.nodes.push(name);
  }
  const isWinner = (column: Column): number => (column.nodes[0] === node ? 1 : 0);
  const sorted = [...columns.values()].sort((a, b) => isWinner(b) - isWinner(a) || b.total - a.total);
  const fitting = fit(sorted, Math.max(...scores.map(({ plugin }) => plugin.length)) + 8, width);
  const rows = scores.map(({ plugin, weight }, row) => [
    plugin,
    `×${weight}`,
    ...fitting.map(({ cells }) => cells[row]),
  ]);
  const header = [
    '',
    '',
    ...fitting.map(({ nodes }, index) => (index === 0 ? bold(nodesText(nodes)) : nodesText(nodes))),
  ];
  const sum = ['total', '', ...fitting.map(({ total }) => bold(number(total)))];
  const right = fitting.map((_, index) => index + 2);
  const lines = [wrap(winnerText(node ?? '', totals, tieBreak), width), '', table(header, [...rows, sum], right)];
  const rest = sorted.slice(fitting.length);
  if (rest.length > 0) lines.push(dim(restText(rest)));
  const text = 'Score times weight; before it the raw and the normalised score, where they differ.';
  const nothing = skipped.length === 0 ? '' : ` No opinion: ${skipped.join(', ')}.`;
  lines.push('', dim(wrap(`${text}${nothing}`, width)));
  return lines.join('\n');
}

/** `90`, `146 (73)`, `1500 (0.05 → 75)`. */
function cell(raw: number, normalized: number, weight: number): string {
  const weighted = number(weight * normalized);
  if (raw !== normalized) return `${number(raw)} → ${number(normalized)}  ${weighted}`;
  return weight === 1 ? weighted : `${number(raw)}  ${weighted}`;
}

function number(value: number): string {
  return String(Number(value.toFixed(3)));
}

/** The columns that fit, at least two. */
function fit(columns: readonly Column[], taken: number, width: number): readonly Column[] {
  let used = taken;
  let count = 0;
  for (const { nodes, cells, total } of columns) {
    used += 2 + Math.max(nodesText(nodes).length, number(total).length, ...cells.map((text) => text.length));
    if (used > width && count >= 2) break;
    count += 1;
  }
  return columns.slice(0, count);
}

function restText(rest: readonly Column[]): string {
  const nodes = rest.reduce((sum, column) => sum + column.nodes.length, 0);
  const best = Math.max(...rest.map(({ total }) => total));
  const worst = Math.min(...rest.map(({ total }) => total));
  const range = best === worst ? number(best) : `${number(worst)} to ${number(best)}`;
  return `… and ${nodes} other node${nodes === 1 ? '' : 's'} with totals of ${range}`;
}

const TIE_RULES: Readonly<Record<TieBreak, string>> = {
  heap: 'Kubernetes since 1.35 takes the root of a heap built over the nodes in the order examined.',
  random: 'one of them is drawn at random.',
  first: 'the first one examined is taken.',
  ranked: 'the first one in an order of the nodes that was drawn once is taken.',
};

function winnerText(node: string, totals: Readonly<Record<string, number>>, tieBreak: TieBreak): string {
  const best = Math.max(...Object.values(totals));
  const tied = Object.entries(totals).filter(([, total]) => total === best);
  if (tied.length === 1) return `${node} has the highest total.`;
  const names = tied.length > 4 ? '' : ` (${tied.map(([name]) => name).join(', ')})`;
  return `${tied.length} nodes have the highest total${names}: ${TIE_RULES[tieBreak]}`;
}
