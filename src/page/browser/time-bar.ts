// The time bar: play, pause, speed, steps, any moment of the run, and what happened when above it.
import { textWidth } from '../../report/theme.ts';
import type { Mark } from '../frame.ts';
import { type Playback, SPEEDS } from '../playback.ts';
import type { Recording } from '../recording.ts';
import type { LiveControls } from './live-controls.ts';
import { byId, byIdAs, element } from './dom.ts';

const LANES = 3;
const LANE = 17;
const LABEL_SIZE = 11;
/** A step, as a share of the run. */
const STEP = 1 / 200;

export class TimeBar {
  readonly #recording: Recording;
  readonly #playback: Playback;
  readonly #range = byIdAs('time', HTMLInputElement);
  readonly #play = byIdAs('play', HTMLButtonElement);
  readonly #marks = byId('marks');
  readonly #speed = byIdAs('speed', HTMLSelectElement);
  readonly #clock: (seconds: number) => string;
  readonly #live: LiveControls;
  #drawn = '';

  constructor(recording: Recording, playback: Playback, live: LiveControls, clock: (seconds: number) => string) {
    this.#live = live;
    this.#recording = recording;
    this.#playback = playback;
    this.#clock = clock;
    const on = (id: string, act: () => void): void => byId(id).addEventListener('click', act);
    on('to-start', () => this.#seek(0));
    on('to-end', () => this.#toEnd());
    on('step-back', () => this.step(-1));
    on('step', () => this.step(1));
    on('play', () => this.#toggle());
    this.#range.addEventListener('input', () => this.#seek(Number(this.#range.value)));
    this.#speed.append(
      ...SPEEDS.map((speed) => {
        const option = element('option', {}, `${speed}×`);
        option.value = String(speed);
        return option;
      }),
    );
    this.#speed.addEventListener('change', () => {
      if (!live.setSpeed(this.#speed.value)) playback.speed = Number(this.#speed.value);
    });
    document.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** To the next interval of what was measured, or the one before. */
  step(direction: -1 | 1): void {
    if (direction === 1 && this.#live.step()) return;
    this.#seek(this.#playback.time + direction * Math.max(0.001, this.#recording.duration * STEP));
  }

  draw(): void {
    const { duration, marks, until } = this.#recording;
    const { time, playing, speed } = this.#playback;
    const drawn = `${duration} ${marks.length} ${until} ${this.#marks.clientWidth}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#range.max = String(duration);
      this.#range.step = String(duration / 1000);
      this.#drawMarks();
    }
    this.#range.value = String(time);
    this.#range.setAttribute('aria-valuetext', this.#clock(time));
    this.#live.draw();
    if (this.#live.isLive && this.#playback.follows) return;
    const label = playing ? 'Pause' : 'Play';
    if (this.#play.ariaLabel !== label) this.#play.ariaLabel = label;
    if (!this.#live.isLive && this.#speed.value !== String(speed)) this.#speed.value = String(speed);
  }

  #seek(time: number): void {
    this.#playback.playing = false;
    this.#playback.seek(time);
  }

  /** Space plays and pauses wherever it means nothing else. */
  #onKey(event: KeyboardEvent): void {
    const { target } = event;
    const means =
      target instanceof Element && target.closest('input, select, button, summary, textarea, [role=button]');
    if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey || means) return;
    event.preventDefault();
    this.#toggle();
  }

  #toggle(): void {
    if (!this.#live.toggle()) this.#playback.toggle();
  }

  /** The end of a live run is now. */
  #toEnd(): void {
    if (this.#live.isLive) this.#playback.follows = true;
    else this.#seek(this.#recording.until);
  }

  #drawMarks(): void {
    const { duration, marks } = this.#recording;
    const width = Math.max(1, this.#marks.clientWidth);
    const order = ['fault', 'rollout', 'action', 'leader', 'autoscaler'];
    const ranked = [...marks].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind) || a.from - b.from);
    const taken: { from: number; to: number }[][] = Array.from({ length: LANES }, () => []);
    const shown: HTMLElement[] = [];
    for (const mark of ranked) {
      const from = (mark.from / duration) * width;
      const to = Math.max(from + 4, ((mark.to ?? duration) / duration) * width);
      const text = textWidth(mark.label, LABEL_SIZE) + 8;
      const inside = to - from >= text;
      const left = !inside && to + text > width ? from - text : from;
      const extent = left < 0 ? { from, to } : { from: left, to: inside ? to : left < from ? to : to + text };
      const lane = taken.findIndex((others) => others.every((one) => extent.to < one.from || extent.from > one.to));
      if (lane === -1) continue;
      taken[lane].push(extent);
      shown.push(...this.#mark(mark, { from, to, lane, labelled: left >= 0, before: left < from }));
    }
    this.#marks.style.height = `${Math.max(1, taken.filter((one) => one.length > 0).length) * LANE}px`;
    this.#marks.replaceChildren(...shown);
  }

  #mark(mark: Mark, at: { from: number; to: number; lane: number; labelled: boolean; before: boolean }): HTMLElement[] {
    const { kind, label, from } = mark;
    const when = `${this.#clock(from)} ${label}`;
    const bar = element('button', { class: `mark ${kind}`, title: when, onClick: () => this.#seek(from) });
    bar.type = 'button';
    bar.ariaLabel = `To ${when}`;
    bar.style.left = `${at.from}px`;
    bar.style.width = `${at.to - at.from}px`;
    bar.style.top = `${at.lane * LANE}px`;
    if (!at.labelled) return [bar];
    const words = element('span', { class: 'mark-label' }, label);
    words.ariaHidden = 'true';
    words.style.top = `${at.lane * LANE}px`;
    const fits = at.to - at.from >= textWidth(label, LABEL_SIZE) + 8;
    if (at.before) words.style.right = `calc(100% - ${at.from - 4}px)`;
    else words.style.left = `${fits ? at.from + 4 : at.to + 4}px`;
    return [bar, words];
  }
}
