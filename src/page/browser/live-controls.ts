// The time bar of a live run: it plays and pauses the run itself, and goes along with it unless somebody looks at the past.
import type { Playback } from '../playback.ts';
import type { Recording } from '../recording.ts';
import { byId, byIdAs, element } from './dom.ts';
import { act } from './source.ts';

const SPEEDS = ['1x', '10x', '60x', '300x', '1000x', 'max'];
/** Of a step, as an argument of the command line. */
const STEP = '10s';

export class LiveControls {
  readonly #recording: Recording;
  readonly #playback: Playback;
  readonly #say: (words: string) => void;
  readonly #play = byIdAs('play', HTMLButtonElement);
  readonly #speed = byIdAs('speed', HTMLSelectElement);
  readonly #now = byIdAs('live', HTMLButtonElement);
  /** The last speed at which it went. */
  #wanted = '1x';

  constructor(recording: Recording, playback: Playback, say: (words: string) => void) {
    this.#recording = recording;
    this.#playback = playback;
    this.#say = say;
  }

  get isLive(): boolean {
    return this.#recording.opening?.source === 'live';
  }

  /** Once it is known that the run is a live one. */
  start(): void {
    this.#playback.follows = true;
    this.#now.hidden = false;
    this.#now.addEventListener('click', () => (this.#playback.follows = true));
    const options = SPEEDS.map((speed) => {
      const option = element('option', {}, speed.replace('x', '×'));
      option.value = speed;
      return option;
    });
    this.#speed.replaceChildren(...options);
  }

  /** Whether that was an order to the run: in the past the bar plays what is known. */
  toggle(): boolean {
    if (!this.isLive || !this.#playback.follows) return false;
    void this.order({ speed: this.#paused ? this.#wanted : 'pause' });
    return true;
  }

  step(): boolean {
    if (!this.isLive || !this.#playback.follows) return false;
    void this.order({ step: STEP });
    return true;
  }

  setSpeed(speed: string): boolean {
    if (!this.isLive) return false;
    this.#wanted = speed;
    void this.order({ speed });
    return true;
  }

  /** Says what came of it; what was refused stays to be read until something else is done. */
  async order(order: Readonly<Record<string, unknown>>): Promise<void> {
    const refusal = byId('failure');
    try {
      this.#say(await act(order));
      refusal.hidden = true;
    } catch (error) {
      refusal.textContent = `Refused: ${(error as Error).message}`;
      refusal.hidden = false;
    }
  }

  draw(): void {
    if (!this.isLive) return;
    const { follows } = this.#playback;
    const { pace } = this.#recording;
    if (pace !== undefined && pace.speed !== 'pause') this.#wanted = pace.speed;
    this.#now.setAttribute('aria-pressed', String(follows));
    const state = pace?.state ?? '';
    const words = state === 'ended' || state === 'failed' ? state : 'live';
    if (this.#now.textContent !== words) this.#now.textContent = words;
    if (!follows) return;
    const label = this.#paused ? 'Play' : 'Pause';
    if (this.#play.ariaLabel !== label) this.#play.ariaLabel = label;
    byId('play').classList.toggle('going', !this.#paused);
    if (SPEEDS.includes(this.#wanted) && this.#speed.value !== this.#wanted) this.#speed.value = this.#wanted;
  }

  get #paused(): boolean {
    const state = this.#recording.pace?.state;
    return state !== 'running';
  }
}
