// What happened in a run, written by rules from its events and figures: no sentence without a number of a table behind it.
import { group, rollup } from 'd3-array';
import { counted } from '../../lib/plural.ts';
import { formatClock, formatCount, formatRatio, formatSeconds } from '../format.ts';
import { type Occurrence, type OccurrenceKind, readOccurrences } from '../occurrences.ts';
import type { JobResults } from '../read.ts';
import { autoscalerStatements, evictionStatements, leaderStatements } from './changes.ts';
import { Effects, type Felt, type Statement } from './effects.ts';
import { Readings, type Stretch } from './readings.ts';

/** One thing that happened, and what was felt of it. */
export interface Passage {
  /** Seconds. */
  readonly from: number;
  readonly kind: OccurrenceKind;
  /** As people read it: `8:00`. */
  readonly clock: string;
  readonly title: string;
  readonly statements: readonly Statement[];
}

export interface Narrative {
  readonly opening: readonly Statement[];
  /** In the order of time. */
  readonly passages: readonly Passage[];
  readonly closing: readonly Statement[];
}

/** What repeats more often is mentioned once. */
const MOST_APART = 4;
/** More than so many of one instant are counted instead of named. */
const MOST_NAMED = 3;
/** More actions than this are mentioned together. */
const MOST_ACTIONS = 8;
/** Share of the run within which rollouts begin together. */
const TOGETHER = 1 / 200;
/** How far back `before` goes, and how long what takes no time is looked at, in seconds. */
const LOOK_BACK = 120;
const LOOK_AHEAD = 120;

export function narrate(job: JobResults): Narrative {
  const all = readOccurrences(job);
  const clock = (seconds: number): string => formatClock(seconds, job.run.duration_seconds);
  const of = (kind: OccurrenceKind) => all.filter((one) => one.kind === kind);
  const teller = new Teller(job, of('fault'));
  const passages = [
    ...teller.faults(),
    ...teller.actions(of('action')),
    ...teller.rollouts(of('rollout')),
    ...teller.changes('leader', of('leader'), leaderStatements),
    ...teller.changes('autoscaler', of('autoscaler'), autoscalerStatements),
  ];
  return {
    opening: [...opening(job), ...evictionStatements(job, clock)],
    passages: passages.toSorted((a, b) => a.from - b.from),
    closing: closing(job),
  };
}

class Teller {
  readonly #effects: Effects;
  readonly #faults: readonly Occurrence[];
  /** Those that do not repeat too often to be mentioned one by one. */
  readonly #apart: readonly Occurrence[];
  readonly #duration: number;
  readonly #warmup: number;

  constructor(job: JobResults, faults: readonly Occurrence[]) {
    this.#duration = job.run.duration_seconds;
    this.#warmup = job.run.warmup_seconds;
    this.#effects = new Effects(new Readings(job), this.#duration);
    this.#faults = faults;
    const often = rollup(
      faults,
      (those) => new Set(those.map(({ from }) => from)).size,
      ({ subject }) => subject,
    );
    this.#apart = faults.filter(({ subject }) => (often.get(subject) ?? 0) <= MOST_APART);
  }

  /** What repeats is mentioned once, and what begins at the same instant together. */
  faults(): Passage[] {
    const passages: Passage[] = [];
    for (const [subject, those] of group(this.#faults, ({ subject }) => subject)) {
      if (this.#apart.includes(those[0])) continue;
      const to = Math.max(...those.map((one) => one.to ?? this.#duration));
      const title = `${counted(those.length, 'fault')} until ${this.#clock(to)}: ${subject}`;
      const whole = { before: this.#before(those[0].from), during: { from: those[0].from, to }, until: to, cut: false };
      passages.push(this.#passage(those[0], title, this.#feltOfFault(whole)));
    }
    for (const those of group(this.#apart, ({ from }) => from).values()) {
      const longest = those.reduce((most, one) => ((one.to ?? Infinity) > (most.to ?? Infinity) ? one : most));
      const titles = [...group(those, ({ subject }) => subject).values()].map((same) => this.#faultTitles(same));
      const title = titles.join('; ');
      passages.push(this.#passage(longest, title, this.#feltOfFault(this.#felt(longest))));
    }
    return passages;
  }

  actions(actions: readonly Occurrence[]): Passage[] {
    if (actions.length <= MOST_ACTIONS) return actions.map((one) => this.#passage(one, one.message || one.subject, []));
    const last = actions[actions.length - 1];
    const title = `${counted(actions.length, 'action')} until ${this.#clock(last.from)}, see events.csv`;
    return [this.#passage(actions[0], title, [])];
  }

  /** Rollouts that begin together are mentioned together. */
  rollouts(rollouts: readonly Occurrence[]): Passage[] {
    const together: Occurrence[][] = [];
    for (const one of rollouts) {
      const last = together.at(-1);
      if (last !== undefined && one.from - last[0].from <= this.#duration * TOGETHER) last.push(one);
      else together.push([one]);
    }
    return together.map((those) => {
      const longest = those.reduce((most, one) => ((one.to ?? Infinity) > (most.to ?? Infinity) ? one : most));
      const felt = this.#felt(longest);
      return this.#passage(those[0], this.#rolloutTitle(those), [
        ...this.#effects.requests(felt),
        ...this.#effects.latency(felt),
        ...this.#effects.fall('kube_pod_status_ready', 'Ready pods', 'pods', felt),
      ]);
    });
  }

  #rolloutTitle(those: readonly Occurrence[]): string {
    if (those.length > MOST_NAMED) return counted(those.length, 'rollout');
    return those.map((one) => `rollout of ${one.subject}, ${this.#outcome(one)}`).join('; ');
  }

  #outcome({ from, to, aborted, overdueSince }: Occurrence): string {
    const late = overdueSince === undefined ? '' : `, past its progress deadline at ${this.#clock(overdueSince)}`;
    const spent = formatSeconds((to ?? this.#duration) - from);
    if (to === undefined) return `not complete when the run ended, after ${spent}${late}`;
    return `${aborted === true ? 'aborted' : 'over'} after ${spent}${late}`;
  }

  /** One passage for each who changed. */
  changes(
    kind: OccurrenceKind,
    all: readonly Occurrence[],
    tell: (those: readonly Occurrence[], clock: (seconds: number) => string) => Statement[],
  ): Passage[] {
    return [...group(all, ({ subject }) => subject)].map(([subject, those]) =>
      this.#passage(
        { ...those[0], kind },
        subject,
        tell(those, (seconds) => this.#clock(seconds)),
      ),
    );
  }

  /** Faults of one subject and one instant: those of different nodes are one, as long as the longest of them. */
  #faultTitles(those: readonly Occurrence[]): string {
    const nodes = those.flatMap(({ of }) => of ?? []);
    if (nodes.length < those.length) return those.map((one) => this.#faultTitle(one)).join('; ');
    const whom = nodes.length > MOST_NAMED ? counted(nodes.length, 'node') : nodes.join(', ');
    const longest = those.reduce((most, one) => ((one.to ?? Infinity) > (most.to ?? Infinity) ? one : most));
    return this.#faultTitle({ ...longest, message: `${longest.subject} of ${whom}` });
  }

  #faultTitle({ from, to, lasts, subject, message }: Occurrence): string {
    const title = message === '' ? subject : message;
    if (!lasts) return title;
    return `${title}, ${to === undefined ? 'until the end of the run' : `for ${formatSeconds(to - from)}`}`;
  }

  #feltOfFault(felt: Felt): Statement[] {
    return [
      ...this.#effects.requests(felt),
      ...this.#effects.latency(felt),
      ...this.#effects.fall('kube_node_status_ready', 'Ready nodes', 'timeline', felt),
      ...this.#effects.fall('kube_pod_status_ready', 'Ready pods', 'pods', felt),
      ...this.#effects.evictions(felt),
    ];
  }

  /** The time of an occurrence up to the next fault, what was before it, and until when it can be seen to be over. */
  #felt({ from, to = this.#duration }: Occurrence): Felt {
    const until = this.#apart.find((fault) => fault.from > from)?.from ?? this.#duration;
    const end = to > from ? to : Math.min(from + LOOK_AHEAD, this.#duration);
    return {
      before: this.#before(from),
      during: { from, to: Math.min(until, end) },
      until,
      cut: until < end || to === from,
    };
  }

  #before(from: number): Stretch {
    return { from: Math.max(Math.min(this.#warmup, from), from - LOOK_BACK), to: from };
  }

  #passage({ from, kind }: Occurrence, title: string, statements: readonly Statement[]): Passage {
    return { from, kind, clock: this.#clock(from), title, statements };
  }

  #clock(seconds: number): string {
    return formatClock(seconds, this.#duration);
  }
}

function opening(job: JobResults): Statement[] {
  const summary = job.table('summary.csv');
  if (summary.rows === 0) return [];
  const figure = (column: string): number => summary.numbers(column)[0];
  const { warmup_seconds: warmup, expect } = job.run;
  const said: Statement[] = [];
  const requests = figure('requests_total');
  if (requests > 0) {
    const since = warmup > 0 ? ` after the first ${formatSeconds(warmup)}` : '';
    const failed = figure('requests_failed_total');
    const share =
      failed === 0 ? 'none failed' : `${formatCount(failed)} failed (${formatRatio(figure('requests_error_ratio'))})`;
    said.push({ text: `${counted(requests, 'request')} arrived${since}; ${share}.`, charts: ['requests'] });
    const p99 = figure('request_duration_seconds_p99');
    if (!Number.isNaN(p99)) said.push({ text: `Their p99 was ${formatSeconds(p99)}.`, charts: ['latency'] });
  }
  const failed = expect.filter(({ pass }) => !pass).length;
  const expected = counted(expect.length, 'expectation');
  if (failed > 0) said.push({ text: `${failed} of ${expected} failed.`, charts: [] });
  else if (expect.length > 0) said.push({ text: `${expected}, none failed.`, charts: [] });
  return said;
}

function closing({ run }: JobResults): Statement[] {
  const failed = run.expect
    .filter(({ pass }) => !pass)
    .map(({ text, shown }) => ({ text: `Expected ${text}, but it was ${shown}.`, charts: [] }));
  const without = run.pending.reduce((sum, { pods }) => sum + pods, 0);
  if (without === 0) return failed;
  return [...failed, { text: `At the end ${counted(without, 'pod')} had no node.`, charts: ['pods'] }];
}
