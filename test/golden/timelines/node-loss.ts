// Figures of lost nodes: from the last renewal to the condition, the taints, the evictions, the replacements, and the return.
import type { Run } from './compare.ts';
import type { NodeEvent, Phase } from './figures.ts';
import type { Recording } from './recording.ts';
import { between, exactRunByRun, near, runByRun, type Tolerance } from './tolerances.ts';

interface LossFigure {
  readonly figure: string;
  readonly tolerance: Tolerance | undefined;
  readonly of: (run: Run, index: number) => number | undefined;
}

/** Seconds of silence after which a node is lost: 50 s of grace and up to one pass of the monitor. */
const NOTICED = between(50, 55.5);
const REACTION = between(0, 0.6);
/** A pass of the monitor is over within this time, on a busy machine too. */
const PASS_S = 1;
/** At the usual rate a zone gets a taint so often. */
const TAINT_EVERY_S = 10;
/** More than so many lost nodes, and at least this share of a zone, are a partial disruption. */
const FEW = 2;
const UNHEALTHY_SHARE = 0.55;

/** The stopped nodes of each zone. */
function lostZones({ runs, setup }: Recording): string[][] {
  const nodes = Object.keys(runs[0].summary.last_lease_renewal_t ?? {});
  const zoneOf = (node: string): number => Number(node.replace('node-', '')) % setup.nodes.zones;
  return [...new Set(nodes.map(zoneOf))].map((zone) => nodes.filter((node) => zoneOf(node) === zone));
}

/**
 * Whether a zone's rate became 0 just when its next taint was due: with the first lost node, or a whole number of taints later.
 * Then the processors decide which of the two passes, of the monitor or of the tainting, comes first.
 */
export function racesForTaint(recording: Recording, { phases }: Run): boolean {
  const size = recording.setup.nodes.count / recording.setup.nodes.zones;
  return lostZones(recording).some((nodes) => {
    const times = nodes
      .flatMap((node) => phases.flatMap((phase) => unknownAt(phase, node) ?? []))
      .sort((a, b) => a - b);
    const disruption = times.find((_, index) => index + 1 > FEW && (index + 1) / size >= UNHEALTHY_SHARE);
    if (disruption === undefined) return false;
    const sinceDue = (disruption - times[0] + PASS_S) % TAINT_EVERY_S;
    const whole = times.filter((at) => at - times[0] < PASS_S).length === size;
    return sinceDue < 2 * PASS_S && !whole;
  });
}

export function lossFigures(recording: Recording, index: number): LossFigure[] {
  if (recording.runs[0].summary.actions[index].what.startsWith('restart')) return returnFigures(index);
  const phaseOf = (run: Run): Phase => run.phases[index];
  const zones = lostZones(recording);
  const figures = zones.flat().flatMap((node): LossFigure[] => [
    {
      figure: `${node}: last renewal to Unknown`,
      tolerance: NOTICED,
      of: (run, which) => {
        const renewal = recording.runs[which].summary.last_lease_renewal_t?.[node];
        return difference(unknownAt(phaseOf(run), node), renewal);
      },
    },
    {
      figure: `${node}: Unknown to NoSchedule`,
      tolerance: REACTION,
      of: (run) => difference(taintedAt(phaseOf(run), node, 'NoSchedule'), unknownAt(phaseOf(run), node)),
    },
  ]);
  return [...figures, ...zones.flatMap((nodes) => zoneFigures(nodes, recording, index))];
}

/** The NoExecute taints of a zone in their order, and what follows from each. */
function zoneFigures(nodes: readonly string[], recording: Recording, index: number): LossFigure[] {
  const phaseOf = (run: Run): Phase => run.phases[index];
  const unknown = (run: Run): number[] => nodes.flatMap((node) => unknownAt(phaseOf(run), node) ?? []);
  const taints = (run: Run): number[] =>
    nodes.flatMap((node) => taintedAt(phaseOf(run), node, 'NoExecute') ?? []).sort((a, b) => a - b);
  const pods = (run: Run, what: string, which: 'first' | 'last') => phaseOf(run).pods[what]?.[which];
  const figures: LossFigure[] = [
    { figure: `${nodes[0]}…: NoExecute taints`, tolerance: exactRunByRun, of: (run) => taints(run).length },
    {
      figure: `${nodes[0]}…: first Unknown to first NoExecute`,
      tolerance: REACTION,
      of: (run) => difference(taints(run)[0], Math.min(...unknown(run))),
    },
  ];
  const full = nodes.length === recording.setup.nodes.count / recording.setup.nodes.zones;
  for (let which = 1; which < nodes.length; which += 1) {
    // The second taint of a zone that dies comes ten seconds after the last node is lost.
    figures.push({
      figure: `${nodes[0]}…: NoExecute ${which + 1} after ${full && which === 1 ? 'the last Unknown' : 'the one before'}`,
      tolerance: runByRun(0.5),
      of: (run) =>
        difference(taints(run)[which], full && which === 1 ? Math.max(...unknown(run)) : taints(run)[which - 1]),
    });
  }
  if (!recording.runs.some(({ entries }) => entries.some(({ what }) => what === 'disruption-target'))) return figures;
  for (const which of ['first', 'last'] as const) {
    figures.push(
      {
        figure: `${which} deletion after the ${which} NoExecute`,
        tolerance: near(0.5),
        of: (run) => difference(pods(run, 'deleting', which), taints(run).at(which === 'first' ? 0 : -1)),
      },
      {
        figure: `${which} replacement after the ${which} deletion`,
        tolerance: between(0, 0.5),
        of: (run) => difference(pods(run, 'created', which), pods(run, 'deleting', which)),
      },
    );
  }
  return figures;
}

/** A node that returns: its condition at once, the taint about scheduling next, the other one at the monitor's next pass. */
function returnFigures(index: number): LossFigure[] {
  const at = (run: Run, is: (event: NodeEvent) => boolean): number | undefined =>
    run.phases[index].nodeEvents.find(is)?.[0];
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

function difference(later: number | undefined, earlier: number | undefined): number | undefined {
  return later === undefined || earlier === undefined ? undefined : Math.round((later - earlier) * 1000) / 1000;
}

function unknownAt({ nodeEvents }: Phase, node: string): number | undefined {
  return nodeEvents.find(
    ([, name, what, detail]) => name === node && what === 'condition Ready' && detail.startsWith('True->Unknown'),
  )?.[0];
}

function taintedAt({ nodeEvents }: Phase, node: string, effect: string): number | undefined {
  return nodeEvents.find(
    ([, name, what, detail]) => name === node && what === 'taint added' && detail.endsWith(`:${effect}`),
  )?.[0];
}
