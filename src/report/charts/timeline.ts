// Lanes of a run: one for each fault, action, rollout, leader and autoscaler, over the same time as the charts below.
import { group } from 'd3-array';
import { counted } from '../../lib/plural.ts';
import { type Panel, timeChart } from '../drawing.ts';
import { formatCount } from '../format.ts';
import { type Occurrence, type OccurrenceKind, readOccurrences } from '../occurrences.ts';
import type { JobResults } from '../read.ts';
import { type Box, line, rect, type Shape, text } from '../shapes.ts';
import { MARK_COLOR } from '../strip.ts';
import { fitText, hue, ink, MARGIN, SIZE, textWidth } from '../theme.ts';
import { chart, ends, middles, perSecond, some, subtitle } from './chart.ts';

const MOST_LANES = 14;
const TALLEST = 26;
const LABEL_ROOM = 270;
/** Pixels of height that the lanes may take. */
const ROOM = 230;
const LASTING = 0.45;
const INSTANT_WIDTH = 3;

/** In the order of the lanes, with their names in the legend. */
const KINDS: readonly (readonly [OccurrenceKind, string])[] = [
  ['fault', 'fault'],
  ['action', 'action'],
  ['rollout', 'rollout'],
  ['leader', 'leader'],
  ['autoscaler', 'autoscaler'],
];

interface Lane {
  readonly kind: OccurrenceKind;
  readonly label: string;
  readonly occurrences: readonly Occurrence[];
}

export const timeline = chart(
  'timeline',
  'Lanes of faults, actions, rollouts, leaders and autoscalers (events.csv) above failed requests and Ready pods.',
  (job, marks) => {
    const all = readOccurrences(job);
    const lanes = fitting(KINDS.map(([kind]) => lanesOf(kind, all)));
    if (lanes.length === 0) return undefined;
    const { duration_seconds: duration } = job.run;
    return timeChart({
      title: 'What happened, and when',
      subtitle: subtitle(job),
      duration,
      marks,
      legend: KINDS.filter(([kind]) => lanes.some((lane) => lane.kind === kind)).map(([kind, name]) => ({
        name,
        color: MARK_COLOR[kind],
        opacity: kind === 'fault' || kind === 'rollout' ? LASTING : 1,
      })),
      lanes: {
        room: LABEL_ROOM,
        draw(shapes, box) {
          const tall = Math.min(TALLEST, ROOM / lanes.length);
          for (const [at, lane] of lanes.entries()) {
            drawLane(shapes, lane, { ...box, top: box.top + 4 + at * tall, height: tall }, duration);
          }
          return box.top + 14 + lanes.length * tall;
        },
      },
      panels: panelsOf(job),
    });
  },
);

/** What users and the cluster feel: failed requests, where any failed, and Ready pods. */
function panelsOf(job: JobResults): Panel[] {
  const series = job.table('series.csv');
  const ready: Panel = {
    name: 'pods Ready',
    lines: [{ name: 'ready', color: hue.grey, times: ends(series), values: series.numbers('kube_pod_status_ready') }],
    format: formatCount,
    whole: true,
  };
  const failed = perSecond(job, series, 'requests_failed');
  if (!some(failed)) return [ready];
  const line = {
    name: 'failed',
    color: hue.red,
    times: middles(job, series),
    values: failed,
    sampling: 'max' as const,
  };
  return [{ name: 'requests that failed, per second', lines: [line], format: formatCount }, ready];
}

/** What happens to one object is one lane. */
function lanesOf(kind: OccurrenceKind, all: readonly Occurrence[]): Lane[] {
  const own = all.filter((one) => one.kind === kind);
  return [...group(own, ({ subject }) => subject)].map(([subject, occurrences]) => ({
    kind,
    label: labelOf(kind, subject, occurrences),
    occurrences,
  }));
}

function labelOf(kind: OccurrenceKind, subject: string, occurrences: readonly Occurrence[]): string {
  if (kind === 'rollout') return `rollout of ${subject}`;
  if (kind === 'leader' || kind === 'autoscaler') return subject;
  const [{ message }] = occurrences;
  return occurrences.length === 1 && message !== '' ? message : `${subject} × ${occurrences.length}`;
}

/** As many lanes as have room: the kind with the most becomes one lane until they do. */
function fitting(kinds: readonly Lane[][]): Lane[] {
  const shown = kinds.map((lanes) => lanes);
  while (shown.flat().length > MOST_LANES) {
    const largest = shown.reduce((most, lanes) => (lanes.length > most.length ? lanes : most));
    const [{ kind }] = largest;
    const occurrences = largest.flatMap((lane) => lane.occurrences).toSorted((a, b) => a.from - b.from);
    shown[shown.indexOf(largest)] = [{ kind, label: counted(occurrences.length, `${kind} event`), occurrences }];
  }
  return shown.flat();
}

function drawLane(shapes: Shape[], { kind, label, occurrences }: Lane, box: Box, duration: number): void {
  const middle = box.top + box.height / 2;
  const color = MARK_COLOR[kind];
  const x = (seconds: number) => box.left + (seconds / duration) * box.width;
  shapes.push(
    text(fitText(label, LABEL_ROOM - 12, SIZE.small), MARGIN, middle, { fill: ink.text }),
    line([box.left, middle], [box.left + box.width, middle], ink.grid),
  );
  for (const [at, one] of occurrences.entries()) {
    const from = x(one.from);
    const width = Math.max(INSTANT_WIDTH, x(one.to ?? duration) - from);
    const height = Math.min(box.height - 6, 18);
    shapes.push(
      rect({ left: from, top: middle - height / 2, width, height }, color, one.to === one.from ? 1 : LASTING, 2),
    );
    const note = noteOf(one);
    const next = at + 1 < occurrences.length ? x(occurrences[at + 1].from) : box.left + box.width;
    if (note !== '' && from + width + 8 + textWidth(note, SIZE.small) < next) {
      shapes.push(text(note, from + width + 5, middle, { fill: ink.muted }));
    }
  }
}

/** What stands beside a bar: the new size, the new leader, how a rollout ended. */
function noteOf({ kind, message, to, aborted, overdueSince }: Occurrence): string {
  if (kind === 'autoscaler') return /^New size: (\d+)/.exec(message)?.[1] ?? '';
  if (kind === 'leader') return message.replace(/ became leader$/, '');
  if (aborted === true) return 'aborted';
  const late = overdueSince === undefined ? '' : 'past its deadline';
  return to === undefined ? ['not over', late].filter((part) => part !== '').join(', ') : late;
}
