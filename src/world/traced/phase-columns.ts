// The columns of latency by phases, and their names in figures.
import type { Row } from '../../metrics/catalogue.ts';
import type { PhaseSum } from '../../traffic/traces/latency-sums.ts';
import { Phase } from '../../traffic/traces/phases.ts';

/** By name of the figure, which with `_seconds` is the column. */
export const phases = {
  retries: Phase.Retries,
  policies: Phase.Policies,
  dns: Phase.Dns,
  connect: Phase.Connect,
  network: Phase.Network,
  mesh: Phase.Mesh,
  queue: Phase.Queue,
  cpu_wait: Phase.CpuWait,
  throttled: Phase.Throttled,
  service: Phase.Service,
  client: Phase.Client,
  downstream: Phase.Downstream,
} as const satisfies Record<string, number>;

export type PhaseName = keyof typeof phases;
export const phaseNames = Object.keys(phases) as readonly PhaseName[];
type Columns = Pick<Row<'breakdown'>, `${PhaseName}_seconds`>;

/** Means; empty where nothing was traced. */
export function phaseColumns({ count, us }: PhaseSum): Columns {
  const cells = phaseNames.map((name) => [`${name}_seconds`, count === 0 ? null : us[phases[name]] / count / 1e6]);
  return Object.fromEntries(cells) as Columns;
}
