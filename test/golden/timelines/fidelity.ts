// "We and Kubernetes, side by side": the comparisons as text for a terminal, and as the document docs/fidelity.md.
import type { Compared, Comparison } from './compare.ts';

function spread(values: readonly number[]): string {
  const shown = (value: number): string =>
    Number.isNaN(value) ? 'none' : Number.isInteger(value) ? String(value) : value.toFixed(2);
  const low = shown(Math.min(...values));
  const high = shown(Math.max(...values));
  return low === high ? low : `${low} to ${high}`;
}

function verdict({ tolerance, agrees }: Compared): string {
  if (tolerance === undefined) return '';
  return agrees ? 'yes' : 'NO';
}

function row(one: Compared): string[] {
  const { phase, figure, theirs, ours, tolerance } = one;
  return [phase, figure, spread(theirs), spread(ours), tolerance?.text ?? 'not judged', verdict(one)];
}

function score({ figures }: Comparison): { readonly judged: number; readonly agreed: number } {
  const judged = figures.filter((one) => one.tolerance !== undefined);
  return { judged: judged.length, agreed: judged.filter((one) => one.agrees).length };
}

/** For a terminal. */
export function tableOf(comparison: Comparison): string {
  const { group, name, runs } = comparison.recording;
  const rows = [['phase', 'figure', 'Kubernetes', 'wavetank', 'tolerance', 'agrees'], ...comparison.figures.map(row)];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const { judged, agreed } = score(comparison);
  const left = comparison.raced.size === 0 ? '' : `, ${comparison.raced.size} left out for a race`;
  return [
    `timeline ${group}/${name}: ${agreed} of ${judged} figures agree (${runs.length} runs${left})`,
    ...lines,
  ].join('\n');
}

// The document.

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Figures that the document has even where they are not judged. */
const SHOWN: ReadonlySet<string> = new Set(['complete', 'created, last', 'scheduled, last', 'ready, last']);

/** A recording's part of the document: times row by row, counts that are equal in one row a phase. */
export function sectionOf(comparison: Comparison): string {
  const { group, name, runs, setup } = comparison.recording;
  const { judged, agreed } = score(comparison);
  const phases = [...new Set(comparison.figures.map((one) => one.phase))];
  const rows = phases.flatMap((phase) => {
    const figures = comparison.figures.filter((one) => one.phase === phase);
    const equal = figures.filter(isEqualCount);
    const others = figures.filter(
      (one) => !isEqualCount(one) && (one.tolerance !== undefined || SHOWN.has(one.figure)),
    );
    const counts = equal.map(({ figure, theirs }) => `${figure} ${spread(theirs)}`).join(', ');
    return [...(equal.length === 0 ? [] : [[phase, counts, 'these', 'the same', 'exact', 'yes']]), ...others.map(row)];
  });
  const left =
    comparison.raced.size === 0
      ? ''
      : ` ${comparison.raced.size} of the runs is left out: the processors decided a race in it (see "What is not judged").`;
  return [
    `### ${group}/${name}`,
    `${setup.note}. ${setup.nodes.count} nodes, ${runs.length} runs; ${agreed} of ${judged} judged figures agree.${left}`,
    markdown(['phase', 'figure', 'Kubernetes', 'wavetank', 'tolerance', 'agrees'], rows),
  ].join('\n\n');
}

function isEqualCount({ theirs, ours, tolerance }: Compared): boolean {
  const first = theirs[0];
  return tolerance?.text.includes('exact') === true && [...theirs, ...ours].every((one) => one === first);
}

/** The whole file. */
export function fidelityDocument(comparisons: readonly Comparison[]): string {
  const totals = comparisons.map(score);
  const sum = (of: 'judged' | 'agreed'): number => totals.reduce((all, one) => all + one[of], 0);
  const runs = comparisons.reduce((all, { recording }) => all + recording.runs.length, 0);
  const summary = comparisons.map((comparison, index) => {
    const { group, name } = comparison.recording;
    const main = comparison.figures.find(({ figure }) => figure.endsWith('last renewal to Unknown'));
    const shown = main ?? comparison.figures.findLast(({ figure }) => figure === 'complete');
    const times = shown === undefined ? ['', '', ''] : [shown.figure, spread(shown.theirs), spread(shown.ours)];
    const agree = `${totals[index].agreed} of ${totals[index].judged}`;
    return [`${group}/${name}`, String(comparison.recording.runs.length), ...times, agree];
  });
  const head = ['recording', 'runs', 'one figure of it, s', 'Kubernetes', 'wavetank', 'figures that agree'];
  return `${[
    ...INTRODUCTION,
    '## In short',
    `${sum('agreed')} of ${sum('judged')} judged figures of ${comparisons.length} recordings (${runs} runs) agree.`,
    markdown(head, summary),
    ...EXPLANATIONS,
    '## Figure by figure',
    'Numbers are seconds from the action that begins the phase, or counts; "a to b" is the spread over the runs.',
    ...comparisons.map(sectionOf),
  ].join('\n\n')}\n`;
}

const INTRODUCTION: readonly string[] = [
  '<!-- Generated by `npm run fidelity` (test/golden/timelines). Do not edit. -->',
  '# We and Kubernetes, side by side',
  'Recordings of a real control plane of Kubernetes 1.36.3, and what wavetank makes of the same nodes, flags, manifests and actions. `test/golden/timelines.test.ts` runs every recording that it finds and fails when a judged figure is outside its tolerance.',
];

function list(...items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

const EXPLANATIONS: readonly string[] = [
  '## How it was recorded',
  'etcd 3.6.16, kube-apiserver, kube-controller-manager and kube-scheduler 1.36.3 ran as single processes on one machine with two cores, with default flags but those that a recording names. The nodes were fake kubelets: a status write a given time after the binding, another when the pod becomes ready, one status write and the removal a given time after the deletion mark, leases every ten seconds. One observer watched all kinds and stamped what it saw. Most recordings shared the machine with others, so reactions that take milliseconds on a quiet machine stretch to tenths of a second: always later than the ideal, never earlier.',
  '## How it is replayed',
  list(
    'A recording becomes a scenario file: Node objects, flags as settings, the manifest applied and the actions done at the recorded times.',
    'Each recorded run is run once, with the fake kubelets of the recording: the k-th pod of the n-th ReplicaSet has the delays that its like had, as they were seen: one process on two busy cores, they came late, and for many pods in one go.',
    "The run begins at the recorded fraction of the wall clock's second, which decides when conditions in whole seconds end. Where nodes are lost it begins so that the node monitor's passes fall as they did.",
    'Autoscalers read what a fake metrics API answered: the pods that run share a given load.',
    'Everything else is the simulator with its defaults: API server, watches, clients with their rate limits, scheduler, controllers, garbage collector.',
    'Figures are worked out of both timelines by the same code, which a test checks against the figures that came with the recordings.',
  ),
  '## What is modelled because of them',
  list(
    'One token bucket for each controller (20/s, burst 30), shared by its writes, status writes and events. A throttled sync blocks: the status of a ReplicaSet stays as it was until its batch of 500 pods is made.',
    'A sync of the ReplicaSet controller is refused while its view is older than its own last write, and tried again after 5 ms, 10 ms, 20 ms …',
    'Conditions carry whole seconds: `minReadySeconds` ends up to a second early, and a progress deadline shows a second after it.',
    "Events go through client-go's spam filter: 25 for each object, then one in five minutes.",
    "A sync of a Service costs time for each endpoint: the rate of slice writes falls with the Service's size.",
    "The node monitor's period counts from the end of a pass, so that a node is lost 50 to 55 s after its last renewal; a zone that dies gradually stops being tainted and goes on with a drained bucket.",
  ),
  '## What is an assumption',
  'Delays of the API server, of etcd, of watches, of a sync and of a scheduling cycle: `docs/reference/scenario.md` has every default with its mark, and `run.json` lists those that a run used. Figures here depend on them by milliseconds; what takes seconds comes from the protocol.',
  '## What is not judged',
  list(
    'With client limits of 200/s and more the processors of the machine decide how long a scale-up takes; such runs are held to the bound that the limits give.',
    'So do they decide how often clients that send too fast are turned away (429). With priority and fairness the counts are held to a factor of 3: two recordings of the same 5,000 pods, with 1,000 nodes and with 5,000, differ by 2.1 to 2.4. Without it the limits of requests in flight turn away whatever comes at one moment: some must be turned away where some were.',
    'After an action in the middle of a burst (and after any second action with random delays) it is chance which pods are half-way: the bounds and the final state are judged, the steps are not. So it is with medians where the limit of a client draws waves out until they run into each other.',
    "When a zone's eviction rate becomes 0 at the moment at which its next taint is due, it is a race of two loops; such runs are left out.",
    'Requests that were refused for a conflict (on both sides only what was stored is counted), reads, leases. A slice sync refused for a stale view is not modelled: in the recordings it delays the last endpoints of about one burst in twenty by up to a second.',
  ),
];
