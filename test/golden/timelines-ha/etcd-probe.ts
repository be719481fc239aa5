// The probe of the recordings: a client pinned to each member, with puts and reads at a fixed pace, and what it saw of them.
import type { Engine } from '../../../src/engine/engine.ts';
import type { Figures } from './etcd-run.ts';
import { engineTimers, type Timers } from './timers.ts';
import type { EtcdMembers } from '../../../src/etcd/members.ts';
import type { Member } from '../../../src/etcd/member.ts';
import { Outcome, OUTCOME_SENTENCES } from '../../../src/etcd/outcome.ts';

type Op = 'put' | 'lin-get' | 'ser-get';

export interface Probed {
  readonly op: Op;
  readonly sentMs: number;
  endMs: number;
  /** Undefined: it went well. */
  error: string | undefined;
}

const LIMIT_US = 15e6;
/** gRPC's back-off between attempts to connect. */
const FIRST_BACKOFF_US = 1e6;
const BACKOFF_FACTOR = 1.6;
/** TCP gives a connection up that brings no acknowledgement for this long (user timeout). */
const USER_TIMEOUT_US = 10.3e6;
const TIMED_OUT = 'rpc error: code = Unavailable desc = error reading from server: connection timed out';
const DIAL_RETRY_US = 1e6;

interface Waiting {
  readonly record: Probed;
  row: number;
  epoch: number;
}

/** The connection and requests of one member's client. */
export class EtcdProbe {
  readonly records: Probed[] = [];
  readonly #engine: Engine;
  readonly #etcd: EtcdMembers;
  readonly #member: Member;
  readonly #timers: Timers;
  readonly #client: number;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #connected = true;
  #attempt = 0;
  #cutSinceUs = -1;

  constructor(engine: Engine, etcd: EtcdMembers, member: Member, paceUs: number, name: string) {
    this.#engine = engine;
    this.#etcd = etcd;
    this.#member = member;
    this.#timers = engineTimers(engine, name);
    this.#client = etcd.requests.client((token, outcome) => this.#answer(token, outcome));
    const tick = (reads: boolean): void => {
      this.#send('put');
      this.#send(reads ? 'lin-get' : 'ser-get');
      this.#timers.after(paceUs, () => tick(!reads));
    };
    this.#timers.after(0, () => tick(false));
  }

  /** The process is gone: the connection broke. */
  exited(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#attempt += 1;
    this.#connect(FIRST_BACKOFF_US, this.#attempt);
  }

  /** No packet of it arrives any more: nothing is noticed until TCP gives up. */
  cut(): void {
    this.#cutSinceUs = this.#engine.now;
    this.#timers.after(USER_TIMEOUT_US, () => {
      if (this.#cutSinceUs < 0) return;
      this.#cutSinceUs = -1;
      for (const [token, waiting] of this.#waiting) {
        const { record, row, epoch } = waiting;
        if (row >= 0) this.#etcd.requests.withdraw(row, epoch);
        waiting.row = -1;
        if (record.op === 'put') this.#end(token, TIMED_OUT);
      }
      this.exited();
    });
  }

  /** Packets pass again: a connection that TCP has not given up goes on, as the member itself does. */
  healed(): void {
    if (this.#cutSinceUs < 0) return;
    if (this.#engine.now - this.#cutSinceUs < 5e6) this.#cutSinceUs = -1;
  }

  get puts(): Probed[] {
    return this.records.filter(({ op, endMs }) => op === 'put' && endMs >= 0);
  }

  /** What the recording has of the member that this one plays. */
  figures(figures: Figures, zeroMs: number, roles: (process: string) => Member): void {
    const { length } = this.#etcd.members;
    let played = 1;
    while (played < length && roles(`etcd${played}`) !== this.#member) played += 1;
    const ended = this.records.filter(({ endMs }) => endMs >= 0);
    for (const op of ['put', 'lin-get', 'ser-get'] as const) {
      probed(
        figures,
        `etcd/m${played}/${op}`,
        ended.filter((record) => record.op === op),
        zeroMs,
      );
    }
  }

  #connect(backoffUs: number, attempt: number): void {
    if (this.#attempt !== attempt) return;
    const { process, isolated } = this.#member;
    if (this.#etcd.listens(this.#member) && !isolated && process === 'running') {
      this.#connected = true;
      for (const [token, waiting] of this.#waiting) if (waiting.row < 0) this.#submit(token, waiting);
      return;
    }
    const jitter = 0.8 + 0.4 * this.#engine.stream('probe').uniform();
    const wait = isolated ? DIAL_RETRY_US : backoffUs * jitter;
    this.#timers.after(Math.round(wait), () => this.#connect(backoffUs * BACKOFF_FACTOR, attempt));
  }

  #send(op: Op): void {
    const token = this.#next;
    this.#next += 1;
    const record: Probed = { op, sentMs: this.#engine.now / 1000, endMs: -1, error: undefined };
    this.records.push(record);
    const waiting: Waiting = { record, row: -1, epoch: 0 };
    this.#waiting.set(token, waiting);
    this.#timers.after(LIMIT_US, () => {
      if (!this.#waiting.has(token)) return;
      if (waiting.row >= 0) this.#etcd.requests.withdraw(waiting.row, waiting.epoch);
      this.#end(token, 'context deadline exceeded');
    });
    if (this.#connected) this.#submit(token, waiting);
  }

  #submit(token: number, waiting: Waiting): void {
    const { requests } = this.#etcd;
    const { op } = waiting.record;
    waiting.row =
      op === 'put'
        ? requests.propose(this.#client, this.#member, token)
        : requests.read(this.#client, this.#member, token, op === 'ser-get');
    waiting.epoch = requests.rows.epoch[waiting.row];
  }

  #answer(token: number, outcome: number): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    if (outcome === Outcome.Unavailable && waiting.record.op !== 'put') {
      // The client of etcd sends reads again.
      waiting.row = -1;
      return;
    }
    this.#end(token, outcome === Outcome.Done ? undefined : OUTCOME_SENTENCES[outcome]);
  }

  #end(token: number, error: string | undefined): void {
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return;
    this.#waiting.delete(token);
    waiting.record.endMs = this.#engine.now / 1000;
    waiting.record.error = error;
  }
}

function probed(figures: Figures, path: string, records: readonly Probed[], zeroMs: number): void {
  const after = records.filter(({ sentMs }) => sentMs >= zeroMs - 100);
  const failed = after.filter(({ error }) => error !== undefined);
  const took = ({ sentMs, endMs }: Probed): number => endMs - sentMs;
  figures.set(`${path}/failed`, failed.length);
  const good = after.filter(({ error }) => error === undefined);
  if (good.length > 0) figures.set(`${path}/max_ok_ms`, Math.max(...good.map(took)));
  figures.set(`${path}/longest_time_without_success_ms`, longestGap(records));
  if (failed.length === 0) return;
  figures.set(`${path}/failed_min_ms`, Math.min(...failed.map(took)));
  figures.set(`${path}/failed_max_ms`, Math.max(...failed.map(took)));
  const errors: Record<string, number> = {};
  for (const { error } of failed) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1;
  figures.set(`${path}/errors`, errors);
}

/** Between two successes one after the other. */
export function longestGap(records: readonly Probed[]): number {
  const ends = records.filter(({ error }) => error === undefined).map(({ endMs }) => endMs);
  ends.sort((a, b) => a - b);
  let longest = 0;
  for (let i = 1; i < ends.length; i += 1) longest = Math.max(longest, ends[i] - ends[i - 1]);
  return longest;
}
