// Compares a played timeline with a recorded one: what the records' README calls exact as it is, times within the bands that it names.
import type { ContainerEntry, Entry, KubeletRecord, StateEntry } from './record.ts';

/** Everything seen by the kubelet's periodic look or taken up by its one-second tick, ms. */
const LOOK_MS = 1050;
/** What is tried again at random comes after 1 to 1.5 times as long, and at a tick. */
const SHORTEST_RETRY_MS = 9_000;
const RETRY_SPREAD = 1.6;

interface Timed {
  readonly t: number;
  readonly text: string;
}

/** Undefined where they agree: with one of the real kubelet's runs, which differ where goroutines race at one instant. */
export function differs(record: KubeletRecord, played: readonly Entry[]): string | undefined {
  const difference = differsFromRun(record, played);
  const agrees = (timeline: readonly Entry[]): boolean => differsFromRun({ ...record, timeline }, played) === undefined;
  return difference === undefined || record.repeats?.some(agrees) === true ? undefined : difference;
}

function differsFromRun(record: KubeletRecord, played: readonly Entry[]): string | undefined {
  const pods = [...new Set(record.timeline.flatMap(({ pod }) => (pod === undefined ? [] : [pod])))];
  const retries = hasRetries(record);
  const firstMs = record.actions[0]?.t ?? 0;
  for (const pod of pods) {
    const theirs = aspects(record.timeline, pod);
    const ours = aspects(played, pod);
    for (const name of new Set([...theirs.keys(), ...ours.keys()])) {
      const found = sequence(theirs.get(name) ?? [], ours.get(name) ?? [], {
        endMs: record.endMs,
        // With random retries one timeline may be further than the other when the recording ends.
        tailMs: retries ? Math.max(16_000, 0.35 * (record.endMs - firstMs)) : LOOK_MS,
        timed: name.startsWith('runtime '),
      });
      if (found !== undefined) return `${record.id} (${record.note}), pod ${pod}, ${name}: ${found}`;
    }
  }
  return undefined;
}

/** Whether something was tried again after a random time. */
function hasRetries({ timeline }: KubeletRecord): boolean {
  return timeline.some(
    ({ k, reason }) =>
      k === 'event' &&
      ['BackOff', 'Failed', 'Unhealthy', 'FailedCreatePodSandBox', 'NetworkNotReady'].includes(reason ?? ''),
  );
}

/** One pod's timeline as sequences that do not depend on the order of what happens at one instant. */
function aspects(timeline: readonly Entry[], pod: string): Map<string, Timed[]> {
  const found = new Map<string, Timed[]>();
  const add = (name: string, t: number, text: string, distinct: boolean): void => {
    let list = found.get(name);
    if (list === undefined) {
      list = [];
      found.set(name, list);
    }
    // What a status says for less than a millisecond is a matter of the order of work at that instant.
    if (distinct && list.length > 0 && t - (list.at(-1)?.t ?? 0) < 1) list.pop();
    if (!distinct || list.at(-1)?.text !== text) list.push({ t, text });
  };
  const events = new Set<string>();
  for (const entry of timeline) {
    if (entry.k === 'event') {
      if (entry.object !== `Pod/${pod}`) continue;
      events.add(plain(`${entry.reason ?? ''}: ${entry.message ?? ''}`));
      continue;
    }
    if (entry.pod !== pod) continue;
    if (entry.k === 'cri') runtimeCall(entry, add);
    else if (entry.k === 'api' && entry.op === 'podRemoved') add('runtime removal', entry.t, 'removed', false);
    else if (entry.k === 'status') status(entry, add);
  }
  // Calls that end at one instant have no order.
  for (const [name, list] of found) {
    if (name.startsWith('runtime '))
      list.sort((a, b) => (Math.abs(a.t - b.t) < 0.1 ? (a.text < b.text ? -1 : 1) : a.t - b.t));
  }
  found.set(
    'events',
    [...events].sort().map((text) => ({ t: 0, text })),
  );
  return found;
}

type Add = (name: string, t: number, text: string, distinct: boolean) => void;

function runtimeCall(
  { op = '', c = '', t, attempt = 0, timeout, err, image, cmd = '', dur = 0 }: Entry,
  add: Add,
): void {
  const where = c === '' ? 'pod' : c;
  switch (op) {
    case 'RunPodSandbox':
      add('runtime pod', t, op, false);
      return;
    case 'StopPodSandbox':
      // The sandboxes of pods that are over are stopped once more when they are cleaned up.
      if (dur > 0) add('runtime pod', t, op, false);
      return;
    case 'PullImage':
      add('runtime pulls', t, `${op} ${image ?? ''} ${dur}`, false);
      return;
    case 'CreateContainer':
    case 'StartContainer':
    case 'StopContainer.return':
      add(`runtime ${where}`, t, `${op} ${attempt}${err === undefined ? '' : ''}`, false);
      return;
    case 'StopContainer':
      add(`runtime ${where}`, t, `${op} ${attempt} timeout ${timeout ?? ''}`, false);
      return;
    case 'ExecSync':
      if (!['rd', 'lv', 'su'].includes(cmd)) add(`runtime ${where}`, t, `${op} ${attempt} ${cmd}`, false);
      return;
    default:
  }
}

function status(entry: Entry, add: Add): void {
  const { t, phase = '', reason = '', message = '', conditions = [], init = [], containers = [] } = entry;
  add('status phase', t, plain(`${phase} ${reason} ${message}`.trimEnd()), true);
  for (const condition of conditions) {
    if (typeof condition === 'string') continue;
    if (['PodScheduled', 'PodReadyToStartContainers'].includes(condition.type)) continue;
    add(`status ${condition.type}`, t, `${condition.status} ${condition.reason ?? ''}`, true);
  }
  for (const container of [...init, ...containers]) containerStatus(container, t, add);
}

function containerStatus(
  { name, ready, started, restartCount, state, last }: ContainerEntry,
  t: number,
  add: Add,
): void {
  add(
    `status of ${name}`,
    t,
    plain(`${restartCount} ${stateText(state)}${last === undefined ? '' : ` after ${stateText(last)}`}`),
    true,
  );
  add(`health of ${name}`, t, `${ready ? 'ready' : 'unready'} ${started === true ? 'started' : ''}`, true);
}

function stateText({ running, waiting, terminated }: StateEntry): string {
  if (running !== undefined) return 'running';
  if (waiting !== undefined) return `waiting ${waiting.reason} ${waiting.message ?? ''}`;
  return `terminated ${terminated?.exitCode ?? ''} ${terminated?.reason ?? ''} ${terminated?.message ?? ''}`;
}

/** Without what is made up. */
function plain(text: string): string {
  return text
    .replace(/\([0-9a-f]{8}-[0-9a-f-]{27}\)/g, '(UID)')
    .replace(/container "[^"]*" is not/, 'container "ID" is not')
    .replace(/Allocate failed due to (Allocate failed .*), which is unexpected$/, '$1');
}

interface Bands {
  readonly endMs: number;
  readonly tailMs: number;
  readonly timed: boolean;
}

function sequence(
  theirs: readonly Timed[],
  ours: readonly Timed[],
  { endMs, tailMs, timed }: Bands,
): string | undefined {
  const count = Math.max(theirs.length, ours.length);
  for (let i = 0; i < count; i += 1) {
    const their = theirs[i];
    const our = ours[i];
    if (their === undefined || our === undefined) {
      const extra = their ?? our;
      if (extra.t >= endMs - tailMs) return undefined;
      return `entry ${i}: ${their === undefined ? `nothing expected, got` : `got nothing, expected`} ${extra.text} at ${extra.t}`;
    }
    if (their.text !== our.text) return `entry ${i}: expected ${their.text} at ${their.t}, got ${our.text} at ${our.t}`;
    if (timed) {
      const before = i === 0 ? 0 : theirs[i - 1].t;
      const gap = their.t - before;
      const ourGap = our.t - (i === 0 ? 0 : ours[i - 1].t);
      if (!near(gap, ourGap))
        return `entry ${i}: ${our.text} came ${ourGap} ms after the one before, expected ${gap} (${their.t})`;
    }
  }
  return undefined;
}

function near(theirs: number, ours: number): boolean {
  if (Math.abs(theirs - ours) <= LOOK_MS) return true;
  const [less, more] = theirs < ours ? [theirs, ours] : [ours, theirs];
  return less >= SHORTEST_RETRY_MS && more <= RETRY_SPREAD * less + LOOK_MS;
}
