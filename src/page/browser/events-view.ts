// The last events before the moment that is shown, the newest first.
import type { EventRow, Recording } from '../recording.ts';
import { byId, byIdAs, element, link } from './dom.ts';

const MOST = 60;

export class EventsView {
  readonly #recording: Recording;
  readonly #seek: (time: number) => void;
  readonly #clock: (seconds: number) => string;
  readonly #list = byId('events');
  readonly #warnings = byIdAs('warnings', HTMLInputElement);
  #shown = '';

  constructor(recording: Recording, seek: (time: number) => void, clock: (seconds: number) => string) {
    this.#recording = recording;
    this.#seek = seek;
    this.#clock = clock;
  }

  draw(time: number): void {
    const { events } = this.#recording;
    const until = lastBefore(events, time);
    const shown = `${until} ${this.#warnings.checked}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    const rows: EventRow[] = [];
    for (let at = until - 1; at >= 0 && rows.length < MOST; at -= 1)
      if (events[at].warning || !this.#warnings.checked) rows.push(events[at]);
    const items = rows.map((one) => this.#item(one));
    this.#list.replaceChildren(
      ...(items.length > 0 ? items : [element('li', { class: 'muted' }, 'Nothing has happened yet.')]),
    );
  }

  #item({ time, warning, reason, object, message, source }: EventRow): HTMLElement {
    return element(
      'li',
      { class: warning ? 'warning' : '' },
      link(this.#clock(time), () => this.#seek(time)),
      ' ',
      element('strong', {}, reason),
      ' ',
      element('span', { class: 'object', title: source }, object),
      element('span', { class: 'message' }, message),
    );
  }
}

/** How many events there were until then. */
function lastBefore(events: readonly EventRow[], time: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle].time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
