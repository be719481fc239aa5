// Places of a graph of callers in columns: who calls stands left of what is called. The same graph has the same places.
import { ascending, mean } from 'd3-array';

export interface Arc {
  readonly from: string;
  readonly to: string;
}

/** How often each column is put in the order of its neighbours. */
const SWEEPS = 4;

/** Nodes by column, from top to bottom. Calls in a circle lead back to a column on the left. */
export function columnsOf(roots: readonly string[], nodes: readonly string[], arcs: readonly Arc[]): string[][] {
  const forward = withoutCircles([...roots, ...nodes], arcs);
  const depths = new Map<string, number>();
  const depth = (node: string): number => {
    const known = depths.get(node);
    if (known !== undefined) return known;
    const callers = forward.filter(({ to }) => to === node).map(({ from }) => depth(from) + 1);
    const found = Math.max(0, ...callers);
    depths.set(node, found);
    return found;
  };
  const columns: string[][] = [];
  for (const node of nodes) {
    const at = depth(node);
    while (columns.length <= at) columns.push([]);
    columns[at].push(node);
  }
  for (const column of columns) column.sort(ascending);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [at, column] of columns.entries()) {
      const isBackwards = sweep % 2 === 1;
      const place = new Map(
        columns.flatMap((one) => one.map((node, row) => [node, (row + 0.5) / one.length] as const)),
      );
      const neighbours = (node: string): string[] =>
        forward.flatMap(({ from, to }) => (isBackwards ? (from === node ? [to] : []) : to === node ? [from] : []));
      const wants = new Map(
        column.map((node) => [node, mean(neighbours(node), (one) => place.get(one)) ?? place.get(node) ?? 0]),
      );
      columns[at] = column.toSorted((a, b) => ascending(wants.get(a), wants.get(b)) || ascending(a, b));
    }
  }
  return columns;
}

/** The arcs without those that lead back to where a walk from the first nodes came from. */
function withoutCircles(order: readonly string[], arcs: readonly Arc[]): Arc[] {
  const kept: Arc[] = [];
  const done = new Set<string>();
  const path = new Set<string>();
  const walk = (node: string): void => {
    done.add(node);
    path.add(node);
    for (const arc of arcs) {
      if (arc.from !== node || path.has(arc.to)) continue;
      kept.push(arc);
      if (!done.has(arc.to)) walk(arc.to);
    }
    path.delete(node);
  };
  for (const node of order) if (!done.has(node)) walk(node);
  return kept;
}
