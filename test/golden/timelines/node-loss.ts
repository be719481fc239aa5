// Figures of lost nodes: from the last renewal to the condition, the taints, the evictions, the replacements, and the return.
import type { Run } from './compare.ts';
import type { NodeEvent, Phase } from './figures.ts';
import type { Recording } from './recording.ts';
import { between, exact, near, type Tolerance } from './tolerances.ts';

interface LossFigure {
  readonly figure: string;
  readonly tolerance: Tolerance | undefined;
  of(run: Run, index: number): number;
}

/** Seconds of silence after which a node is lost: 50 s of grace and up to one pass of the monitor. */
const NOTICED = between(50, 55.5);
const REACTION = between(0, 0.6);

export function lossFigures(recording: Recording, index: number): LossFigure[] {
  const nodes = Object.keys(recording.runs[0].summary.last_lease_renewal_t ?? {});
  const stopped = (run: Run): Phase => run.phases[index];
  const renewal = (node: string, run: number): number =>
    recording.runs[run].summary.last_lease_renewal_t?.[node] ?? NaN;
  const action = recording.runs[0].summary.actions[index].what;
  if (action.startsWith('restart')) return returnFigures(index);
  const zoneOf = (node: string): number => Number(node.replace('node-', '')) % recording.setup.nodes.zones;
  const zones = [...new Set(nodes.map(zoneOf))].map((zone) => nodes.filter((node) => zoneOf(node) === zone));
  const figures: LossFigure[] = [];
  for (const node of nodes) {
    figures.push({
      figure: `${node}: last renewal to Unknown`,
      tolerance: NOTICED,
      of: (run, which) => unknownAt(stopped(run), node) - renewal(node, which),
    });
    figures.push({
      figure: `${node}: Unknown to NoSchedule`,
      tolerance: REACTION,
      of: (run) => taintedAt(stopped(run), node, 'NoSchedule') - unknownAt(stopped(run), node),
    });
  }
  for (const zone of zones) figures.push(...zoneFigures(zone, stopped, recording, index));
  return figures;
}

/** The NoExecute taints of a zone in their order, and what follows from each. */
function zoneFigures(
  nodes: readonly string[],
  stopped: (run: Run) => Phase,
  recording: Recording,
  index: number,
): LossFigure[] {
  const taints = (run: Run): number[] =>
    nodes
      .map((node) => taintedAt(stopped(run), node, 'NoExecute'))
      .filter((at) => !Number.isNaN(at))
      .sort((a, b) => a - b);
  const first = (run: Run): number => Math.min(...nodes.map((node) => unknownAt(stopped(run), node)));
  const figures: LossFigure[] = [
    { figure: 'NoExecute taints', tolerance: exact, of: (run) => taints(run).length },
    {
      figure: 'first Unknown to first NoExecute',
      tolerance: REACTION,
      of: (run) => (taints(run)[0] ?? NaN) - first(run),
    },
  ];
  for (let which = 1; which < nodes.length; which += 1) {
    figures.push({
      figure: `NoExecute taint ${which + 1} after the one before`,
      tolerance: near(0.5),
      of: (run) => (taints(run)[which] ?? 0) - (taints(run)[which - 1] ?? 0),
    });
  }
  if (!recording.runs[0].entries.some(({ what }) => what === 'disruption-target')) return figures;
  const pods = (run: Run, what: string) => run.phases[index].pods[what];
  figures.push(
    {
      figure: 'first NoExecute to first deletion',
      tolerance: near(0.5),
      of: (run) => (pods(run, 'deleting')?.first ?? NaN) - (taints(run)[0] ?? NaN),
    },
    {
      figure: 'last NoExecute to last deletion',
      tolerance: near(0.5),
      of: (run) => (pods(run, 'deleting')?.last ?? NaN) - (taints(run).at(-1) ?? NaN),
    },
    {
      figure: 'first deletion to first replacement',
      tolerance: between(0, 0.5),
      of: (run) => (pods(run, 'created')?.first ?? NaN) - (pods(run, 'deleting')?.first ?? NaN),
    },
    {
      figure: 'last deletion to last replacement',
      tolerance: between(0, 0.5),
      of: (run) => (pods(run, 'created')?.last ?? NaN) - (pods(run, 'deleting')?.last ?? NaN),
    },
  );
  return figures;
}

/** A node that returns: its condition at once, the taint about scheduling next, the other one at the monitor's next pass. */
function returnFigures(index: number): LossFigure[] {
  const at = (run: Run, is: (event: NodeEvent) => boolean): number =>
    run.phases[index].nodeEvents.find(is)?.[0] ?? NaN;
  return [
    {
      figure: 'return to Ready',
      tolerance: between(0, 0.5),
      of: (run) => at(run, ([, , what, detail]) => what === 'condition Ready' && detail.startsWith('Unknown->True')),
    },
    {
      figure: 'return to NoSchedule removed',
      tolerance: between(0, 0.5),
      of: (run) => at(run, ([, , what, detail]) => what === 'taint removed' && detail.endsWith(':NoSchedule')),
    },
    {
      figure: 'return to NoExecute removed',
      tolerance: between(0, 5.5),
      of: (run) => at(run, ([, , what, detail]) => what === 'taint removed' && detail.endsWith(':NoExecute')),
    },
  ];
}

function unknownAt({ nodeEvents }: Phase, node: string): number {
  const found = nodeEvents.find(
    ([, name, what, detail]) => name === node && what === 'condition Ready' && detail.startsWith('True->Unknown'),
  );
  return found?.[0] ?? NaN;
}

function taintedAt({ nodeEvents }: Phase, node: string, effect: string): number {
  const found = nodeEvents.find(
    ([, name, what, detail]) => name === node && what === 'taint added' && detail.endsWith(`:${effect}`),
  );
  return found?.[0] ?? NaN;
}
