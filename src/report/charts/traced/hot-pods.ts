// How busy the pods of each workload are: a dot for each, by the share of its slots that were taken, and the name of the hottest.
import { max, mean, sum } from 'd3-array';
import { type Drawing, finish } from '../../drawing.ts';
import { counted } from '../../../lib/plural.ts';
import { formatCount, formatRatio } from '../../format.ts';
import type { CsvTable, JobResults } from '../../read.ts';
import { dot, drawLegend, heading, line, rect, type Shape, text } from '../../shapes.ts';
import { fitText, HEIGHT, hue, ink, MARGIN, SIZE, textWidth, WIDTH } from '../../theme.ts';
import { chart, groupRows } from '../chart.ts';

const MOST = 16;
const TALLEST = 64;
const TICKS_HEIGHT = 34;
/** Right of the dots: what is said of the hottest. */
const NOTE_WIDTH = 340;

interface PodDot {
  readonly pod: string;
  readonly busy: number;
  readonly waitingMost: number;
  readonly requests: number;
}

interface Lane {
  readonly name: string;
  readonly pods: readonly PodDot[];
}

export const hotPods = chart(
  'hot-pods',
  'How busy each pod is, by workload: the share of its slots that were taken, and the hottest by name (saturation.csv).',
  (job) => {
    if (!job.has('saturation.csv')) return undefined;
    const lanes = lanesOf(job.table('saturation.csv'), job.run.warmup_seconds);
    return lanes.length === 0 ? undefined : draw(job, lanes);
  },
);

/** The workloads with the hottest pods first. */
function lanesOf(table: CsvTable, warmup: number): Lane[] {
  const [namespaces, workloads, pods, containers] = ['namespace', 'workload', 'pod', 'container'].map((column) =>
    table.text(column),
  );
  const [ends, busy, slots, waiting, requests] = ['time_seconds', 'busy_slots', 'slots', 'waiting_max', 'requests'].map(
    (column) => table.numbers(column),
  );
  // A system outside has no namespace.
  const single = new Set(namespaces.filter((one) => one !== '')).size <= 1;
  const dotOf = (pod: string, rows: readonly number[]): PodDot => ({
    pod,
    busy: sum(rows, (row) => busy[row]) / sum(rows, (row) => slots[row]),
    waitingMost: max(rows, (row) => waiting[row]) ?? 0,
    requests: sum(rows, (row) => requests[row]),
  });
  return [
    ...groupRows(
      workloads.map((name, row) => (single || namespaces[row] === '' ? name : `${namespaces[row]}/${name}`)),
    ),
  ]
    .map(([name, rows]): Lane => {
      const warm = rows.filter((row) => ends[row] > warmup);
      const several = new Set(warm.map((row) => containers[row])).size > 1;
      const key = (row: number) => (several ? `${pods[row]} ${containers[row]}` : pods[row]);
      const byPod = new Map<string, number[]>();
      for (const row of warm) byPod.set(key(row), [...(byPod.get(key(row)) ?? []), row]);
      const dots = [...byPod].map(([pod, of]) => dotOf(pod, of)).filter((one) => one.requests > 0);
      return { name, pods: dots.toSorted((a, b) => b.busy - a.busy) };
    })
    .filter((lane) => lane.pods.length > 0)
    .toSorted((a, b) => b.pods[0].busy - a.pods[0].busy);
}

function draw({ run }: JobResults, all: readonly Lane[]): Drawing {
  const lanes = all.slice(0, MOST);
  const shapes: Shape[] = [];
  const title = 'How busy pods are';
  const more = all.length > MOST ? ` · the ${MOST} hottest of ${counted(all.length, 'workload')}` : '';
  const about = `${run.scenario}, seed ${run.seed} · share of slots taken, mean over the run${more}`;
  const legend = [
    { name: 'pod', color: hue.blue, opacity: 0.6 },
    { name: 'hottest pod', color: hue.red },
    { name: 'mean', color: ink.text },
  ];
  const top = drawLegend(shapes, legend, heading(shapes, title, about)) + 8;
  const room = Math.min(186, Math.max(...lanes.map(({ name }) => textWidth(name, SIZE.small))));
  const left = MARGIN + room + 14;
  const width = WIDTH - MARGIN - NOTE_WIDTH - left;
  const greatest = lanes[0].pods[0].busy;
  const most = [0.05, 0.1, 0.2, 0.5, 1].find((one) => one >= greatest * 0.98) ?? greatest;
  const tall = Math.min(TALLEST, (HEIGHT - top - TICKS_HEIGHT) / lanes.length);
  const bottom = top + tall * lanes.length;
  const x = (busy: number): number => left + (Math.min(busy, most) / most) * width;
  for (let tick = 0; tick <= 4; tick += 1) {
    const at = left + (tick / 4) * width;
    shapes.push(line([at, top], [at, bottom], ink.grid));
    shapes.push(text(formatRatio((tick / 4) * most), at, bottom + 14, { align: 'center' }));
  }
  for (const [at, { name, pods }] of lanes.entries()) {
    const y = top + (at + 0.5) * tall;
    shapes.push(text(fitText(name, room, SIZE.small), left - 10, y, { align: 'right', fill: ink.text }));
    const radius = pods.length > 60 ? 3 : 5;
    for (const one of pods.slice(1))
      shapes.push({ ...dot([x(one.busy), y], radius, hue.blue), style: { fill: hue.blue, opacity: 0.6 } });
    const average = mean(pods, ({ busy }) => busy) ?? 0;
    shapes.push(rect({ left: x(average) - 1, top: y - tall * 0.35, width: 2, height: tall * 0.7 }, ink.text, 1, 6));
    const [hottest] = pods;
    shapes.push({ ...dot([x(hottest.busy), y], radius + 1, hue.red), z: 8 });
    const queue = hottest.waitingMost > 0 ? `, queue up to ${formatCount(hottest.waitingMost)}` : '';
    const note = `${formatRatio(Number(hottest.busy.toPrecision(2)))}${queue} · ${hottest.pod}`;
    shapes.push(
      text(fitText(note, NOTE_WIDTH - 12, SIZE.small), WIDTH - MARGIN - NOTE_WIDTH + 12, y, { fill: ink.text }),
    );
  }
  return { title, height: HEIGHT, option: finish({ graphic: shapes }) };
}
