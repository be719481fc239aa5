// What a person does on the page: another speed, a step, or an entry of a timeline that happens now.
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { amongTexts } from '../../scenario/files.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import type { World } from '../../world/build.ts';
import type { LiveRun } from '../live-run.ts';
import type { Recorder } from '../recording/recorder.ts';
import { sessionText } from '../recording/session.ts';
import type { Entry } from '../recording/timeline-entries.ts';
import { parseSpeed } from '../speed.ts';

/** Of a step, µs: a day. */
const MOST_STEP_US = 86_400e6;
const MINUTE_US = 60e6;
const ORDER = 'expected {"speed": "60x"}, {"step": "5m"} or {"entry": {…}}, an entry of a timeline without `at`';

export interface ActsOptions {
  readonly run: Pick<LiveRun, 'setSpeed' | 'step' | 'catchUp' | 'asked'>;
  readonly world: World;
  readonly recorder: Recorder;
  readonly loaded: LoadedScenario;
  readonly families: Families;
}

export class Acts {
  readonly #options: ActsOptions;

  constructor(options: ActsOptions) {
    this.#options = options;
  }

  /** What was done, in a sentence. Throws an InputError for an order that is none. */
  async do(order: unknown): Promise<string> {
    const entries = typeof order === 'object' && order !== null ? Object.entries(order) : [];
    const [[what, value] = ['', undefined]] = entries;
    if (entries.length !== 1) throw new InputError(ORDER);
    if (what === 'speed') return this.#setSpeed(value);
    if (what === 'step') return this.#step(value);
    if (what !== 'entry' || typeof value !== 'object' || value === null) throw new InputError(ORDER);
    return this.#enter(value as Entry);
  }

  #setSpeed(value: unknown): string {
    const speed = typeof value === 'string' ? parseSpeed(value) : undefined;
    if (speed === undefined) throw new InputError('speed: expected a speed such as 60x, max or pause');
    this.#options.run.setSpeed(speed);
    return `speed ${String(value)}`;
  }

  async #step(value: unknown): Promise<string> {
    const us = typeof value === 'string' ? (parseDurationUs(value) ?? 0) : 0;
    if (!(us >= 1 && us <= MOST_STEP_US))
      throw new InputError('step: expected a duration such as 5m, of at most a day');
    await this.#options.run.step(us);
    return `stepped ${String(value)}`;
  }

  /** Reads it as one of the scenario, which says what is wrong with it in the same words; then it happens, and is recorded. */
  #enter(entry: Entry): string {
    const { run, world, recorder, loaded, families } = this.#options;
    run.catchUp();
    const { now } = world.engine;
    if ('at' in entry || 'when' in entry) throw new InputError(ORDER);
    // Behind everything that the scenario has, on a whole minute: durations are written as people write them.
    const { plannedUs, durationUs } = loaded.scenario;
    const lastUs = (Math.floor(Math.max(plannedUs ?? durationUs, now) / MINUTE_US) + 1) * MINUTE_US;
    const text = sessionText(loaded, { entries: [{ atUs: lastUs, entry }], untold: [] }, lastUs + MINUTE_US, '');
    const read = loadScenario([{ file: 'what was asked', text }], {
      families: familySchemas(families),
      readFile: amongTexts(loaded.files),
      set: [],
    });
    const found = read.scenario.timeline.find(({ atUs }) => atUs === lastUs);
    if (found === undefined) throw new InputError(ORDER);
    world.kubectl.schedule([{ ...found, atUs: now }]);
    recorder.note(entry);
    run.asked();
    return `done: ${Object.keys(entry).join(', ')}`;
  }
}
