// What the charts over time are marked with: faults, actions, rollouts, new leaders and changes of size, condensed to what has room.
import { group } from 'd3-array';
import { counted } from '../lib/plural.ts';
import { type Occurrence, type OccurrenceKind, readOccurrences } from './occurrences.ts';
import type { JobResults } from './read.ts';

interface Span {
  readonly from: number;
  /** The end of the run when it did not end before. */
  readonly to: number;
}

/** One line of the strip above a chart. An action is a span of no length. */
export interface Mark {
  readonly kind: OccurrenceKind;
  readonly label: string;
  readonly spans: readonly Span[];
  /** Of rollouts that started together: each one's own span, by `namespace/name` of its Deployment. */
  readonly own?: ReadonlyMap<string, Span>;
}

const LABEL = 48;
/** More faults than this become one mark, and more actions than this. */
const MOST = 4;

const NOUN: Readonly<Record<OccurrenceKind, string>> = {
  fault: 'fault',
  action: 'action',
  rollout: 'rollout',
  leader: 'new leader',
  autoscaler: 'change',
};

/** Marks in seconds, faults first. What repeats under one name is one mark; rollouts that start together are one mark. */
export function readMarks(job: JobResults): Mark[] {
  const end = job.run.duration_seconds;
  const all = readOccurrences(job);
  const of = (kind: OccurrenceKind) => all.filter((one) => one.kind === kind);
  return [
    ...faults(of('fault'), end),
    ...condensed(of('action').map(instant), MOST, 'actions'),
    ...rollouts(of('rollout'), end),
    ...condensed(of('leader').map(newLeader), MOST, 'new leaders'),
    ...autoscalers(of('autoscaler')),
  ];
}

/** What concerns one Deployment (`namespace/name`): its own rollouts, and whatever is not a rollout. */
export function marksOf(marks: readonly Mark[], deployment: string): Mark[] {
  return marks.flatMap((mark) => {
    if (mark.own === undefined) return [mark];
    const span = mark.own.get(deployment);
    return span === undefined ? [] : [{ kind: mark.kind, label: mark.label, spans: [span] }];
  });
}

/**
 * Marks of several seeds as one list: faults and actions that all of them have at the same time, and rollouts of the same
 * Deployments from the first start to the last end.
 */
export function commonMarks([first = [], ...others]: readonly (readonly Mark[])[]): Mark[] {
  return first.flatMap((mark): Mark[] => {
    const found = others.flatMap(
      (marks) => marks.find((one) => one.kind === mark.kind && one.label === mark.label)?.spans ?? [],
    );
    const of = (at: number) => [mark.spans[at], ...found.filter((_, index) => index % mark.spans.length === at)];
    if (found.length !== others.length * mark.spans.length) return [];
    const spans = mark.spans.map((_, at) => ({
      from: Math.min(...of(at).map(({ from }) => from)),
      to: Math.max(...of(at).map(({ to }) => to)),
    }));
    const same = mark.spans.every((span, at) => of(at).every(({ from, to }) => from === span.from && to === span.to));
    return same || mark.kind === 'rollout' ? [{ kind: mark.kind, label: mark.label, spans }] : [];
  });
}

/** As many lines as fit: as long as they do not, the kind with the most marks becomes one line that counts them. */
export function grouped(marks: readonly Mark[], fits: (marks: readonly Mark[]) => boolean): readonly Mark[] {
  let shown = marks;
  while (!fits(shown)) {
    const kinds = (['fault', 'action', 'rollout', 'leader', 'autoscaler'] as const).map((kind) =>
      shown.filter((mark) => mark.kind === kind),
    );
    const [largest] = kinds.toSorted((a, b) => b.length - a.length);
    if (largest.length < 2) return shown;
    const spans = largest.flatMap((mark) => mark.spans).toSorted((a, b) => a.from - b.from);
    const [{ kind }] = largest;
    const one = { kind, label: `${counted(spans.length, NOUN[kind])}, see events.csv`, spans };
    shown = shown.flatMap((mark) => (mark === largest[0] ? [one] : mark.kind === kind ? [] : [mark]));
  }
  return shown;
}

function faults(all: readonly Occurrence[], end: number): Mark[] {
  const lastingOnes = all.filter(({ lasts }) => lasts);
  const lasting = [...group(lastingOnes, ({ subject }) => subject)].map(([name, those]): Mark => {
    const once = those[0].message === '' ? name : those[0].message;
    const spans = those.map((one) => spanOf(one, end));
    return { kind: 'fault', label: short(spans.length === 1 ? once : `${name} × ${spans.length}`), spans };
  });
  const momentary = all.filter(({ lasts }) => !lasts).map(instant);
  return [...condensed(lasting, MOST, 'faults'), ...condensed(momentary, 1, 'momentary faults')];
}

function instant({ kind, subject, message, from }: Occurrence): Mark {
  return { kind, label: short(message === '' ? subject : message), spans: [{ from, to: from }] };
}

function newLeader(one: Occurrence): Mark {
  const lease = one.subject.slice(one.subject.indexOf('/') + 1);
  return instant({ ...one, message: `${lease}: ${one.message}` });
}

/** One mark for each autoscaler, or one for all. */
function autoscalers(all: readonly Occurrence[]): readonly Mark[] {
  const each = [...group(all, ({ subject }) => subject)].map(([subject, those]): Mark => {
    const name = subject.slice(subject.indexOf('/') + 1);
    const spans = those.map(({ from }) => ({ from, to: from }));
    return { kind: 'autoscaler', label: short(`${name}: ${counted(those.length, 'change')} of size`), spans };
  });
  return condensed(each, 2, 'changes of size');
}

/** More than `most` marks as a single one that says how many. */
function condensed(marks: readonly Mark[], most: number, what: string): readonly Mark[] {
  if (marks.length <= most) return marks;
  const spans = marks.flatMap((mark) => mark.spans).toSorted((a, b) => a.from - b.from);
  return [{ kind: marks[0].kind, label: `${spans.length} ${what}, see events.csv`, spans }];
}

function rollouts(all: readonly Occurrence[], end: number): Mark[] {
  const groups: { own: Map<string, Span>; from: number; to: number }[] = [];
  for (const one of all) {
    const { subject: name } = one;
    const span = spanOf(one, end);
    const last = groups.at(-1);
    if (last !== undefined && span.from - last.from <= end / 200 && !last.own.has(name)) {
      last.own.set(name, span);
      last.to = Math.max(last.to, span.to);
    } else {
      groups.push({ own: new Map([[name, span]]), ...span });
    }
  }
  return groups.map(({ own, from, to }) => {
    const names = [...own.keys()].map((name) => name.slice(name.indexOf('/') + 1));
    const what = names.length <= 2 ? names.join(' and ') : `${names.length} Deployments`;
    return { kind: 'rollout', label: short(`rollout of ${what}`), spans: [{ from, to }], own };
  });
}

const spanOf = ({ from, to }: Occurrence, end: number): Span => ({ from, to: to ?? end });

function short(label: string): string {
  const plain = label.replaceAll(/\s+/g, ' ').trim();
  return plain.length <= LABEL ? plain : `${plain.slice(0, LABEL - 1)}…`;
}
