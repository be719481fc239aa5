// The graph of Services: who stands in which column, from those who call to those who are called.
import type { Edge } from './recording.ts';

/** A source of traffic (`source`), or a Service by its row. */
export interface FlowNode {
  readonly key: string;
  readonly label: string;
  readonly service: number;
  readonly column: number;
  /** Which of its column, counted from the top. */
  readonly row: number;
}

export interface Flow {
  readonly nodes: readonly FlowNode[];
  /** Rows of `edges`, with the keys of their ends. */
  readonly links: readonly { readonly edge: number; readonly from: string; readonly to: string }[];
  readonly columns: number;
  /** Of the longest column. */
  readonly rows: number;
  /** Services that are left out because there are too many. */
  readonly left: number;
}

interface ServiceName {
  readonly namespace: string;
  readonly name: string;
}

const keyOf = (edge: Edge): string => (edge.caller >= 0 ? `service ${edge.caller}` : `source ${edge.source}`);

/** At most `most` Services, those of `weights` first: what each was called. A Service that nobody is known to call stands in the first column. */
export function layOutFlow(
  services: readonly ServiceName[],
  edges: readonly Edge[],
  weights: readonly number[],
  most: number,
): Flow {
  const kept = [...services.keys()].sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b).slice(0, most);
  const keptServices = new Set(kept);
  const namespaces = new Set(services.map(({ namespace }) => namespace));
  const labelOf = ({ namespace, name }: ServiceName): string => (namespaces.size > 1 ? `${namespace}/${name}` : name);
  const shown = [...edges.entries()].filter(
    ([, { caller, service }]) => keptServices.has(service) && (caller < 0 || keptServices.has(caller)),
  );
  const links = shown.map(([edge, one]) => ({ edge, from: keyOf(one), to: `service ${one.service}` }));
  const sources = [...new Set(shown.flatMap(([, { caller, source }]) => (caller < 0 ? [source] : [])))];
  const keys = [
    ...sources.map((source) => ({ key: `source ${source}`, label: source, service: -1 })),
    ...kept
      .toSorted((a, b) => a - b)
      .map((service) => {
        return { key: `service ${service}`, label: labelOf(services[service]), service };
      }),
  ];
  const columns = columnsOf(
    keys.map(({ key }) => key),
    links,
  );
  const rows = new Map<number, number>();
  const nodes = keys.map((one): FlowNode => {
    const column = columns.get(one.key) ?? 0;
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { ...one, column, row };
  });
  return {
    nodes,
    links,
    columns: Math.max(0, ...rows.keys()) + 1,
    rows: Math.max(0, ...rows.values()),
    left: services.length - kept.length,
  };
}

/** The longest way from whoever is not called, along edges that do not close a circle. */
function columnsOf(
  keys: readonly string[],
  links: readonly { readonly from: string; readonly to: string }[],
): Map<string, number> {
  const callees = new Map<string, string[]>();
  for (const { from, to } of links) callees.set(from, [...(callees.get(from) ?? []), to]);
  const called = new Set(links.map(({ to }) => to));
  const done = new Set<string>();
  const under = new Set<string>();
  const order: string[] = [];
  const forward = new Map<string, string[]>();
  const visit = (key: string): void => {
    under.add(key);
    for (const to of callees.get(key) ?? []) {
      if (under.has(to)) continue;
      forward.set(key, [...(forward.get(key) ?? []), to]);
      if (!done.has(to)) visit(to);
    }
    under.delete(key);
    done.add(key);
    order.push(key);
  };
  for (const key of [...keys.filter((one) => !called.has(one)), ...keys]) if (!done.has(key)) visit(key);
  const columns = new Map(keys.map((key) => [key, 0]));
  for (const key of order.toReversed())
    for (const to of forward.get(key) ?? [])
      columns.set(to, Math.max(columns.get(to) ?? 0, (columns.get(key) ?? 0) + 1));
  return columns;
}
