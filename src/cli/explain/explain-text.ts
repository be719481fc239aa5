// What `wavetank explain` prints: where the pod is and why, what would have to change, in lines that fit the terminal.
import type { createColors } from 'picocolors';
import type { AttemptResult, Lack, NodeVerdict } from '../../scheduler/observer.ts';
import { showDuration } from '../../world/expectations.ts';
import type { Explanation } from '../../world/explain/pod.ts';
import { amountText, listText } from './amounts.ts';
import { gangText } from './explain-gang.ts';
import { scoreLines } from './explain-scores.ts';
import { nodesText, twoColumns, wrap } from '../lines.ts';

type Colors = ReturnType<typeof createColors>;
type Tried = Extract<Explanation, AttemptResult>;

/** Groups of nodes that are printed; the others are counted. */
const MOST_GROUPS = 6;

/** `width` in columns. */
export function explanationText(explanation: Explanation, width: number, colors: Colors): string {
  const { pod, atUs, now, why } = explanation;
  const { bold } = colors;
  if (why !== undefined) {
    return `${bold(pod)} had not been tried by ${showDuration(atUs)}.\n${wrap(`Why: ${why}.`, width)}\n`;
  }
  const parts = [
    headline(explanation, width, colors),
    wrap(examined(explanation), width),
    rejectedText(explanation, width, colors),
  ];
  if (explanation.node === null) parts.push(changesText(explanation, width, colors));
  else parts.push(scoreLines(explanation, explanation.tieBreak, width, colors));
  if (explanation.gang !== undefined) parts.push(gangText(explanation.gang, width, colors));
  parts.push(preemptionText(explanation, width, colors));
  if (now.state === 'gone') parts.push(`It is gone at ${showDuration(atUs)}.`);
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function headline(
  { pod, timeUs, attempt, node, message, now, profile, atUs, lost }: Tried,
  width: number,
  colors: Colors,
): string {
  const { bold, dim, red } = colors;
  const when = `attempt ${attempt}, at ${showDuration(timeUs)}`;
  const by = profile === 'default-scheduler' ? '' : ` by ${profile}`;
  const placed = now.state === 'waiting' ? 'was given' : 'was placed on';
  const lines =
    node !== null
      ? [`${bold(pod)} ${placed} ${bold(node)}${by} ${dim(`(${when})`)}`]
      : [`${bold(pod)} found no node${by} ${dim(`(${when})`)}`, red(wrap(message ?? '', width))];
  if (lost !== undefined) {
    const who = lost.plugin === null ? '' : ` (${lost.plugin})`;
    lines.push(red(wrap(`It lost that place at ${showDuration(lost.timeUs)}: ${lost.message}${who}.`, width)));
  } else if (node !== null && now.state === 'waiting') {
    lines.push(
      wrap(
        `At ${showDuration(atUs)} it is not bound yet: a plugin holds it (Permit), or the binding is on its way.`,
        width,
      ),
    );
  }
  if (node === null && now.state === 'bound') lines.push(`It was placed on ${now.node ?? ''} later.`);
  const { place, untilUs } = now.queue ?? {};
  const until = untilUs === undefined ? '' : showDuration(untilUs);
  if (place === 'backoff')
    lines.push(`At ${showDuration(atUs)} it is in back-off: tried again at ${until} at the latest.`);
  if (place === 'unschedulable') {
    const text = `At ${showDuration(atUs)} it waits for a change in the cluster that may help; it is tried again at ${until} in any case.`;
    lines.push(wrap(text, width));
  }
  if (now.nominated !== undefined) {
    lines.push(wrap(`It is nominated to ${now.nominated}: room is being made for it there.`, width));
  }
  if (now.scaleUp !== undefined) lines.push(wrap(`The node autoscaler: ${now.scaleUp}.`, width));
  return lines.join('\n');
}

function examined({ verdicts, nodesInCluster, node, preFilter }: Tried): string {
  const all = Object.values(verdicts);
  const feasible = all.filter(({ code }) => code === 'Success').length;
  const count = (nodes: number): string => nodes.toLocaleString('en-US');
  if (nodesInCluster === 0) return 'There are no nodes.';
  const by = preFilter === undefined ? 'PreFilter' : `${preFilter.plugin} (PreFilter)`;
  if (all.length === 0)
    return `None of the ${count(nodesInCluster)} nodes was examined: ${by} rejected the pod itself.`;
  const head = `${count(all.length)} of ${count(nodesInCluster)} nodes were examined, ${count(feasible)} ${feasible === 1 ? 'is' : 'are'} feasible`;
  const early = node !== null && all.length < nodesInCluster && feasible > 1;
  return early ? `${head}: then the search stops (percentageOfNodesToScore).` : `${head}.`;
}

/** Nodes by what rejected them. */
function rejectedText({ verdicts, node }: Tried, width: number, { dim }: Colors): string {
  // Every reason of a pending pod is listed below.
  if (node === null) return '';
  const groups = grouped(verdicts, ({ plugin, reasons = [] }) =>
    plugin === undefined ? undefined : `${plugin}: ${reasons.join(', ')}`,
  );
  if (groups.length === 0) return '';
  const rows = groups.slice(0, MOST_GROUPS).map(({ key, nodes }) => ({ cells: [nodesText(nodes)], text: key }));
  return `${dim('Rejected:')}\n${twoColumns(rows, width)}${others(groups, MOST_GROUPS)}`;
}

/** What would have to change for each group of nodes, smallest change first. */
function changesText(tried: Tried, width: number, { bold }: Colors): string {
  const { verdicts } = tried;
  const groups = grouped(verdicts, (verdict) => changeText(verdict));
  if (groups.length === 0) return '';
  groups.sort((a, b) => difficulty(a.verdict) - difficulty(b.verdict) || b.nodes.length - a.nodes.length);
  const rows = groups.slice(0, MOST_GROUPS).map(({ key, nodes }) => ({ cells: [nodesText(nodes)], text: key }));
  const hints = tooLarge(tried);
  const note = hints === '' ? '' : `\n\n${wrap(hints, width)}`;
  return `${bold('What would have to change, smallest change first:')}\n${twoColumns(rows, width)}${others(groups, MOST_GROUPS)}${note}`;
}

/** `500m cpu and 1Gi memory too little`, `TaintToleration: node(s) had untolerated taint(s)`. */
function changeText({ plugin, reasons = [], also = [], lacks = {} }: NodeVerdict): string | undefined {
  if (plugin === undefined) return undefined;
  const parts: string[] = [];
  const missing = Object.entries(lacks).map(([name, { requested, free }]) => amountText(name, requested - free));
  if (missing.length > 0) parts.push(`${listText(missing)} more`);
  for (const one of [{ plugin, reasons }, ...also]) {
    const fit = one.plugin === FIT;
    if (fit && missing.length > 0) continue;
    // There is room, but for a pod that is nominated there.
    parts.push(`${one.reasons.join(', ')} (${one.plugin}${fit ? ', beside pods that are nominated there' : ''})`);
  }
  return parts.join('; ');
}

const FIT = 'NodeResourcesFit';

/** Few plugins before many, few resources before many, little of them before much. */
function difficulty({ plugin, also = [], lacks = {} }: NodeVerdict): number {
  const others = [{ plugin }, ...also].filter((one) => one.plugin !== FIT).length;
  const shares = Object.values(lacks).map(share);
  return others * 1e6 + shares.length * 1e3 + Math.min(999, Math.max(0, ...shares) * 100);
}

function share({ requested, free }: Lack): number {
  return (requested - free) / requested;
}

/** Resources of which no node has enough even when it is empty. */
function tooLarge({ verdicts }: Tried): string {
  const lacking = Object.values(verdicts).flatMap(({ lacks }) => (lacks === undefined ? [] : [lacks]));
  if (lacking.length < Object.keys(verdicts).length) return '';
  const names = Object.keys(lacking[0]).filter((name) =>
    lacking.every((lacks) => lacks[name] !== undefined && lacks[name].allocatable < lacks[name].requested),
  );
  return names
    .map((name) => {
      const { requested } = lacking[0][name];
      const most = Math.max(...lacking.map((lacks) => lacks[name].allocatable));
      const largest = most === 0 ? 'none has any' : `the largest has ${amountText(name, most)} in all`;
      return `No node is large enough: the pod requests ${amountText(name, requested)}, ${largest}.`;
    })
    .join('\n');
}

function preemptionText({ preemption }: Tried, width: number, { bold }: Colors): string {
  if (preemption === undefined) return '';
  const { nominated, candidates } = preemption;
  const more = candidates.length > 1 ? ` (${candidates.length} nodes were candidates)` : '';
  const head = `Preemption: it is nominated to ${bold(nominated)}${more}. Pods that have to go, on that node first:`;
  const rows = candidates
    .slice(0, MOST_GROUPS)
    .map(({ node, victims }) => ({ cells: [node], text: victims.join(', ') }));
  return rows.length === 0 ? wrap(head, width) : `${wrap(head, width)}\n${twoColumns(rows, width)}`;
}

interface Group {
  readonly key: string;
  readonly nodes: string[];
  readonly verdict: NodeVerdict;
}

/** Nodes of equal keys, the largest groups first; undefined leaves a node out. */
function grouped(verdicts: Tried['verdicts'], keyOf: (verdict: NodeVerdict) => string | undefined): Group[] {
  const groups = new Map<string, Group>();
  for (const [node, verdict] of Object.entries(verdicts)) {
    const key = keyOf(verdict);
    if (key === undefined) continue;
    const group = groups.get(key) ?? { key, nodes: [], verdict };
    group.nodes.push(node);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.nodes.length - a.nodes.length);
}

function others(groups: readonly Group[], shown: number): string {
  const rest = groups.slice(shown);
  if (rest.length === 0) return '';
  const nodes = rest.reduce((sum, group) => sum + group.nodes.length, 0);
  return `\n  … and ${nodes} nodes in ${rest.length} other ways`;
}
