// The nodes as a table, for whoever does not see the picture, or wants to copy it.
import { PodState } from '../frame.ts';
import type { Selection } from '../find.ts';
import type { Moment } from '../moment.ts';
import type { Recording } from '../recording.ts';
import { byId, byIdAs, element, link, refill } from './dom.ts';

const MOST = 500;
export const NODE_WORDS = ['gone', 'NotReady', 'Ready', 'Ready, SchedulingDisabled'] as const;

export class NodeTable {
  readonly #recording: Recording;
  readonly #moment: Moment;
  readonly #select: (selection: Selection) => void;
  readonly #details = byIdAs('table', HTMLDetailsElement);
  readonly #rows = byId('rows');
  readonly #note = byId('rows-note');

  constructor(recording: Recording, moment: Moment, select: (selection: Selection) => void) {
    this.#recording = recording;
    this.#moment = moment;
    this.#select = select;
  }

  /** Only while it is open. */
  draw(): void {
    if (!this.#details.open) return;
    const { nodes } = this.#recording;
    const { nodeState } = this.#moment;
    const there = [...nodes.keys()].filter((node) => nodeState.values[node] !== 0);
    refill(this.#rows, ...there.slice(0, MOST).map((node) => this.#row(node)));
    this.#note.textContent =
      there.length <= MOST ? '' : `The first ${MOST} of ${there.length} nodes; others can be looked for by name.`;
  }

  #row(node: number): HTMLElement {
    const { name, zone, pool } = this.#recording.nodes[node];
    const pods = this.#moment.placesOf(node).filter((pod) => pod >= 0);
    const ready = pods.filter((pod) => this.#moment.podState.values[pod] === PodState.Ready).length;
    const head = element(
      'th',
      {},
      link(name, () => this.#select({ kind: 'node', row: node })),
    );
    head.scope = 'row';
    return element(
      'tr',
      {},
      head,
      element('td', {}, zone),
      element('td', {}, pool),
      element('td', {}, NODE_WORDS[this.#moment.nodeState.values[node]]),
      element('td', { class: 'number' }, String(pods.length)),
      element('td', { class: 'number' }, String(ready)),
    );
  }
}
