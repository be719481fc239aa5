// What is under the pointer, beside it. Keyboards and screen readers have the details and the table instead.
import { STATE_WORDS } from '../coloring.ts';
import type { Moment } from '../moment.ts';
import type { Recording } from '../recording.ts';
import { byId, element } from './dom.ts';
import type { Tiles } from './tiles.ts';

const AWAY = 14;

export class Tooltip {
  readonly #recording: Recording;
  readonly #moment: Moment;
  readonly #tiles: Tiles;
  readonly #box = element('div', { class: 'tooltip' });

  constructor(recording: Recording, moment: Moment, tiles: Tiles) {
    this.#recording = recording;
    this.#moment = moment;
    this.#tiles = tiles;
    this.#box.hidden = true;
    this.#box.ariaHidden = 'true';
  }

  start(): void {
    document.body.append(this.#box);
    const frame = byId('tiles');
    frame.addEventListener('pointermove', (event) => this.#show(event));
    frame.addEventListener('pointerleave', () => (this.#box.hidden = true));
  }

  #show({ clientX, clientY }: PointerEvent): void {
    const found = this.#tiles.at(clientX, clientY);
    this.#box.hidden = found === undefined;
    if (found === undefined) return;
    const { name } = this.#recording.nodes[found.node];
    const lines = [element('strong', {}, name)];
    if (found.pod >= 0) {
      lines.push(
        element('div', {}, this.#recording.podName(found.pod)),
        element('div', { class: 'muted' }, STATE_WORDS[this.#moment.podState.values[found.pod]]),
      );
    }
    this.#box.replaceChildren(...lines);
    const { offsetWidth, offsetHeight } = this.#box;
    const right = clientX + AWAY + offsetWidth < innerWidth;
    const below = clientY + AWAY + offsetHeight < innerHeight;
    this.#box.style.left = `${right ? clientX + AWAY : clientX - AWAY - offsetWidth}px`;
    this.#box.style.top = `${below ? clientY + AWAY : clientY - AWAY - offsetHeight}px`;
  }
}
