// How many nodes and pods there are in which state, at the top of the page, in the legend and in words for who does not see them.
import { type Coloring, type Colors, STATE_WORDS } from '../coloring.ts';
import { NodeState, PodState } from '../frame.ts';
import type { Selection } from '../find.ts';
import type { Moment } from '../moment.ts';
import type { Recording } from '../recording.ts';
import { counted, thousands } from '../../lib/plural.ts';
import { byId, element } from './dom.ts';

const SHOWN = [PodState.Ready, PodState.NotReady, PodState.Starting, PodState.Terminating, PodState.Failed] as const;

export class Totals {
  readonly #recording: Recording;
  readonly #moment: Moment;
  readonly #pending = byId('pending');
  readonly #totals = byId('totals');
  readonly #legend = byId('legend');
  #shown = '';

  constructor(recording: Recording, moment: Moment, select: (selection: Selection) => void) {
    this.#recording = recording;
    this.#moment = moment;
    this.#pending.addEventListener('click', () => select({ kind: 'pending' }));
  }

  /** The picture in a sentence. */
  sentence(): string {
    const { counts, nodeCounts } = this.#moment;
    const there = nodeCounts[NodeState.Ready] + nodeCounts[NodeState.NotReady] + nodeCounts[NodeState.Cordoned];
    const pods = SHOWN.filter((state) => counts[state] > 0).map(
      (state) => `${thousands(counts[state])} ${STATE_WORDS[state]}`,
    );
    const silent = nodeCounts[NodeState.NotReady];
    const nodes = `${counted(there, 'node')}${silent === 0 ? '' : `, ${thousands(silent)} of them not ready`}`;
    const waiting = counts[PodState.Pending];
    return `${nodes}; pods: ${pods.join(', ') || 'none'}${waiting === 0 ? '' : `, ${thousands(waiting)} without a node`}.`;
  }

  draw(): void {
    const { counts, nodeCounts } = this.#moment;
    const shown = `${nodeCounts.join()} ${counts.join()}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const nodes = nodeCounts[NodeState.Ready] + nodeCounts[NodeState.Cordoned];
    const all = nodes + nodeCounts[NodeState.NotReady];
    this.#totals.replaceChildren(
      total(nodes === all ? thousands(all) : `${thousands(nodes)} / ${thousands(all)}`, 'nodes ready', nodes < all),
      total(thousands(counts[PodState.Ready]), 'pods ready', false),
      total(thousands(counts[PodState.NotReady] + counts[PodState.Starting]), 'starting', false),
      total(thousands(counts[PodState.Terminating]), 'terminating', false),
    );
    const waiting = counts[PodState.Pending];
    this.#pending.hidden = waiting === 0;
    this.#pending.textContent = `${counted(waiting, 'pod')} without a node`;
  }

  /** What the colours mean. */
  drawLegend({ legend }: Colors, coloring: Coloring): void {
    const looks = [
      ['whole', 'ready'],
      ['half', 'running, not ready'],
      ['hollow', 'starting'],
      ['pale', 'terminating'],
    ] as const;
    const states = coloring === 'phase' ? [] : looks.map(([look, words]) => entry(`look ${look}`, words));
    this.#legend.replaceChildren(
      ...legend.map(({ hue, label }) => entry(hue, label)),
      ...states,
      ...(this.#recording.nodes.length > 0 ? [entry('lost', 'node not ready')] : []),
    );
  }
}

function total(value: string, label: string, bad: boolean): HTMLElement {
  return element('li', { class: bad ? 'bad' : '' }, element('strong', {}, value), ` ${label}`);
}

function entry(classes: string, label: string): HTMLElement {
  return element('li', {}, element('span', { class: `swatch ${classes}` }), label);
}
