// What the charts over time are marked with: the scenario's faults and actions, and rollouts, from events.csv.
import type { JobResults } from './read.ts';

interface Span {
  readonly from: number;
  /** The end of the run when it did not end before. */
  readonly to: number;
}

/** One line of the strip above a chart. An action is a span of no length. */
export interface Mark {
  readonly kind: 'fault' | 'rollout' | 'action';
  readonly label: string;
  readonly spans: readonly Span[];
  /** Of rollouts that started together: each one's own span, by `namespace/name` of its Deployment. */
  readonly own?: ReadonlyMap<string, Span>;
}

interface Entry {
  readonly time: number;
  readonly reason: string;
  readonly name: string;
  readonly message: string;
}

const LABEL = 48;
/** More faults than this become one mark, and more actions than this. */
const MOST = 4;

/** Marks in seconds, faults first. What repeats under one name is one mark; rollouts that start together are one mark. */
export function readMarks(job: JobResults): Mark[] {
  const end = job.run.duration_seconds;
  const entries = readEntries(job);
  return [...faults(entries, end), ...actions(entries), ...rollouts(entries, end)];
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
    const kinds = (['fault', 'action', 'rollout'] as const).map((kind) => shown.filter((mark) => mark.kind === kind));
    const [largest] = kinds.toSorted((a, b) => b.length - a.length);
    if (largest.length < 2) return shown;
    const spans = largest.flatMap((mark) => mark.spans).toSorted((a, b) => a.from - b.from);
    const [{ kind }] = largest;
    const one = { kind, label: `${spans.length} ${kind}s, see events.csv`, spans };
    shown = shown.flatMap((mark) => (mark === largest[0] ? [one] : mark.kind === kind ? [] : [mark]));
  }
  return shown;
}

function readEntries(job: JobResults): Entry[] {
  const table = job.table('events.csv');
  const time = table.numbers('time_seconds');
  const reason = table.text('reason');
  const source = table.text('source');
  const namespace = table.text('namespace');
  const name = table.text('name');
  const message = table.text('message');
  const wanted = new Map([
    ['FaultStarted', 'fault'],
    ['FaultEnded', 'fault'],
    ['FaultFired', 'fault'],
    ['ActionApplied', 'timeline'],
    ['RolloutStarted', 'rollout'],
    ['RolloutComplete', 'rollout'],
  ]);
  return [...reason.keys()]
    .filter((at) => wanted.get(reason[at]) === source[at])
    .map((at) => ({
      time: time[at],
      reason: reason[at],
      name: nameOf(reason[at], namespace[at], name[at], message[at]),
      message: message[at],
    }));
}

/** What the entries of one fault or one rollout have in common. */
function nameOf(reason: string, namespace: string, name: string, message: string): string {
  if (name !== '') return namespace === '' ? name : `${namespace}/${name}`;
  return reason === 'FaultEnded' ? message.replace(/ is over$/, '') : message;
}

function faults(entries: readonly Entry[], end: number): Mark[] {
  const lasting = [...spansByName(entries, 'FaultStarted', 'FaultEnded', end)].map(
    ([name, { spans, messages }]): Mark => {
      const once = messages[0] === '' ? name : messages[0];
      return { kind: 'fault', label: short(spans.length === 1 ? once : `${name} × ${spans.length}`), spans };
    },
  );
  const momentary = entries.filter(({ reason }) => reason === 'FaultFired').map((entry) => instant('fault', entry));
  return [...condensed(lasting, MOST, 'faults'), ...condensed(momentary, 1, 'momentary faults')];
}

function actions(entries: readonly Entry[]): readonly Mark[] {
  const all = entries.filter(({ reason }) => reason === 'ActionApplied').map((entry) => instant('action', entry));
  return condensed(all, MOST, 'actions');
}

function instant(kind: Mark['kind'], { time, name, message }: Entry): Mark {
  return { kind, label: short(message === '' ? name : message), spans: [{ from: time, to: time }] };
}

/** More than `most` marks as a single one that says how many. */
function condensed(marks: readonly Mark[], most: number, what: string): readonly Mark[] {
  if (marks.length <= most) return marks;
  const spans = marks.flatMap((mark) => mark.spans).toSorted((a, b) => a.from - b.from);
  return [{ kind: marks[0].kind, label: `${spans.length} ${what}, see events.csv`, spans }];
}

function rollouts(entries: readonly Entry[], end: number): Mark[] {
  const all = [...spansByName(entries, 'RolloutStarted', 'RolloutComplete', end, true)]
    .flatMap(([name, { spans }]) => spans.map((span) => ({ name, span })))
    .toSorted((a, b) => a.span.from - b.span.from);
  const groups: { own: Map<string, Span>; from: number; to: number }[] = [];
  for (const { name, span } of all) {
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

/**
 * Pairs each end with the earliest open start of the same name; where starts `supersede`, a start ends the one before it that is
 * still open.
 */
function spansByName(
  entries: readonly Entry[],
  start: string,
  stop: string,
  end: number,
  supersede = false,
): Map<string, { spans: Span[]; messages: string[] }> {
  const found = new Map<string, { spans: { from: number; to: number }[]; messages: string[]; open: number }>();
  for (const { time, reason, name, message } of entries) {
    if (reason === start) {
      const one = found.get(name) ?? { spans: [], messages: [], open: 0 };
      if (supersede && one.open < one.spans.length) {
        one.spans[one.open].to = time;
        one.open += 1;
      }
      one.spans.push({ from: time, to: end });
      one.messages.push(message);
      found.set(name, one);
    } else if (reason === stop) {
      const one = found.get(name);
      if (one !== undefined && one.open < one.spans.length) {
        one.spans[one.open].to = time;
        one.open += 1;
      }
    }
  }
  return found;
}

function short(label: string): string {
  const plain = label.replaceAll(/\s+/g, ' ').trim();
  return plain.length <= LABEL ? plain : `${plain.slice(0, LABEL - 1)}…`;
}
