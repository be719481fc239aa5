// `/wavetank/v1/time`: what time it is in the simulation and how fast it goes, and orders to go on otherwise.
import type { ApiRequest, ApiResponder } from '../http-api/exchange.ts';
import { parseDurationUs } from '../lib/units.ts';
import { timestamp } from '../lib/timestamp.ts';
import type { Job } from '../scenario/scenario.ts';
import { answerJson, answerStatus } from './answers.ts';
import type { Backlogs } from './backlogs.ts';
import type { LiveRun, LiveState } from './live-run.ts';
import { parseSpeed, showSpeed } from './speed.ts';

export const TIME_PATH = '/wavetank/v1/time';

/** What is answered. */
export interface TimeAnswer {
  readonly scenario: string;
  readonly seed: number;
  /** Since the start of the run. */
  readonly simulated_seconds: number;
  /** The same as objects have it. */
  readonly time: string;
  /** `60x`, `max` or `pause`. */
  readonly speed: string;
  readonly state: LiveState;
  /** The simulation takes longer than the speed allows. */
  readonly behind: boolean;
  /** Open connections, that of the question too; and clients that were cut off because they took too little. */
  readonly connections: number;
  readonly cut_off: number;
}

/** What may be ordered: one of them. */
export type TimeOrder = { readonly speed: string } | { readonly step: string };

/** Of a step, µs: a year. */
const MOST_STEP_US = 365 * 86_400e6;

export class TimeApi {
  readonly #run: LiveRun;
  readonly #job: Job;
  readonly #backlogs: Backlogs;

  constructor(run: LiveRun, job: Job, backlogs: Backlogs) {
    this.#run = run;
    this.#job = job;
    this.#backlogs = backlogs;
  }

  answer({ method, body }: ApiRequest, responder: ApiResponder): void {
    if (method === 'GET') {
      answerJson(responder, 200, this.time());
      return;
    }
    if (method !== 'POST') {
      const message = `${method} is not supported here, only GET and POST`;
      answerStatus(responder, { code: 405, reason: 'MethodNotAllowed', message });
      return;
    }
    const order = readOrder(Buffer.from(body).toString());
    if (typeof order === 'string') {
      answerStatus(responder, { code: 400, reason: 'BadRequest', message: order });
      return;
    }
    if ('speed' in order) {
      this.#run.setSpeed(order.speed);
      answerJson(responder, 200, this.time());
      return;
    }
    void this.#run.step(order.stepUs).then(() => answerJson(responder, 200, this.time()));
  }

  time(): TimeAnswer {
    const { nowUs, speed, state, behind, connections } = this.#run;
    return {
      scenario: this.#job.loaded.scenario.name,
      seed: this.#job.seed,
      simulated_seconds: nowUs / 1e6,
      time: timestamp(nowUs),
      speed: showSpeed(speed),
      state,
      behind,
      connections,
      cut_off: this.#backlogs.cutOff,
    };
  }
}

/** What is wrong with it, as a sentence, where it is no order. */
function readOrder(text: string): { readonly speed: number } | { readonly stepUs: number } | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `the body is not JSON: ${(error as Error).message}`;
  }
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  const [[name, given] = ['', undefined], ...more] = entries;
  if (more.length === 0 && name === 'speed' && typeof given === 'string') {
    const speed = parseSpeed(given);
    return speed === undefined ? 'speed: expected a speed such as 60x, max or pause' : { speed };
  }
  if (more.length === 0 && name === 'step' && typeof given === 'string') {
    const stepUs = parseDurationUs(given) ?? 0;
    return stepUs > 0 && stepUs <= MOST_STEP_US
      ? { stepUs }
      : 'step: expected a duration such as 5m, of at most a year';
  }
  return 'expected {"speed": "60x"} or {"step": "5m"}';
}
