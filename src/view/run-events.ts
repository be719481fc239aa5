// Events of a finished run. Of a large one those of single pods that went well are left out: there are millions.
import { thousands } from '../lib/plural.ts';
import type { Frame, Mark } from '../page/frame.ts';
import type { JobResults } from '../report/read.ts';
import { type Occurrence, readOccurrences } from '../report/occurrences.ts';
import type { Strings } from './strings.ts';

/** Events that the page lists. */
const MOST = 20_000;

export interface RunEvents {
  readonly events: Frame['events'];
  readonly marks: readonly Mark[];
  /** What was left out, in a sentence; undefined when nothing was. */
  readonly remark: string | undefined;
}

export function readEvents(job: JobResults, strings: Strings): RunEvents {
  const table = job.table('events.csv');
  const [type, reason, kind, namespace, name, message, source] = [
    'type',
    'reason',
    'kind',
    'namespace',
    'name',
    'message',
    'source',
  ].map((column) => table.text(column));
  const time = table.numbers('time_seconds');
  const rows = Array.from(time.keys());
  const kept = rows.length <= MOST ? rows : spread(rows.filter((at) => type[at] === 'Warning' || kind[at] !== 'Pod'));
  const objectOf = (at: number): string => [kind[at], namespace[at], name[at]].filter((part) => part !== '').join('/');
  const remark =
    kept.length === rows.length
      ? undefined
      : `${thousands(rows.length - kept.length)} of ${thousands(rows.length)} events are not listed here: normal ones of single pods first. All are in events.csv.`;
  return {
    events: {
      time: kept.map((at) => time[at]),
      warning: kept.map((at) => (type[at] === 'Warning' ? 1 : 0)),
      reason: kept.map((at) => strings.of(reason[at])),
      object: kept.map((at) => strings.of(objectOf(at))),
      message: kept.map((at) => strings.of(message[at])),
      source: kept.map((at) => strings.of(source[at])),
    },
    marks: readOccurrences(job).map((one) => ({
      kind: one.kind,
      label: labelOf(one),
      from: one.from,
      to: one.to ?? null,
    })),
    remark,
  };
}

/** What happened, in a few words: of rollouts and changes of size also to whom. */
function labelOf({ kind, subject, of, message }: Occurrence): string {
  if (kind === 'rollout') return `rollout of ${subject}`;
  const said = message === '' ? subject : message;
  if (kind === 'leader' || kind === 'autoscaler') return `${subject}: ${said}`;
  return of === undefined || said.includes(of) ? said : `${said} (${of})`;
}

/** At most MOST of them, evenly. */
function spread(rows: readonly number[]): readonly number[] {
  if (rows.length <= MOST) return rows;
  return Array.from({ length: MOST }, (_, at) => rows[Math.floor((at * rows.length) / MOST)]);
}
