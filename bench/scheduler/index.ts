// Decisions a second of the whole default profile on 5,000 nodes, beside the naive loop and what others have measured.
import { type BenchOptions, type BenchResult, type Floor, median, output, table } from '../bench.ts';
import { CLASSES, type Load, loads, NODES } from './loads.ts';

interface Answer {
  readonly cpuSeconds: number;
  /** CPU nanoseconds of a step of the calibration loop in the same process. */
  readonly calibrationNs: number;
  /** Where the pods before the measurement went, as one number. */
  readonly places: number;
}

/** A step of the calibration loop where the floors were set: elsewhere they are as much lower or higher as that machine is slower or faster. */
const CALIBRATION_NS = 7.6;

/** Measured or published outside, pods a second; from 5,000 nodes where nothing else is said. */
const OUTSIDE: readonly (readonly [what: string, podsPerSecond: number])[] = [
  ["kube-scheduler's own code in one process, 100 nodes", 2390],
  ["kube-scheduler's own code in one process, 1,000 nodes", 540],
  ["kube-scheduler's own code in one process", 390],
  ["kube-scheduler's own code in one process, default spreading", 330],
  ["kube-scheduler's published floor, basic", 270],
  ["kube-scheduler's published floor, topology spreading", 85],
  ["kube-scheduler's published floor, preferred anti-affinity", 60],
  ['kubernetriks (simulator in Rust, two plugins)', 537],
];
/** What each load is compared with: the real scheduler's own code in one process. */
const REAL = { owned: 330, bare: 390 } as const;

export async function run({ bundle, quick }: BenchOptions): Promise<BenchResult> {
  const program = await bundle('scheduler/wavetank.ts');
  const rounds = quick ? 1 : 5;
  const measure = (name: string, way: string, before: number, pods: number): Answer => {
    const text = output(process.execPath, [program, name, way, `${before}`, `${pods}`]);
    if (text === undefined) throw new Error(`${name}, ${way}, failed`);
    return JSON.parse(text) as Answer;
  };

  const names = Object.keys(loads);
  const rates = new Map<string, number[]>();
  const steps = new Map<string, number[]>();
  for (const name of names) checkPlaces(name, measure);
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) {
      const { pods, naivePods, warmUp } = loads[name];
      for (const [way, count] of [
        ['fast', quick ? pods / 10 : pods],
        ['naive', quick ? naivePods / 10 : naivePods],
      ] as const) {
        const { cpuSeconds, calibrationNs } = measure(name, way, way === 'fast' ? warmUp : 200, count);
        const key = `${name}|${way}`;
        rates.set(key, [...(rates.get(key) ?? []), count / cpuSeconds]);
        steps.set(key, [...(steps.get(key) ?? []), (cpuSeconds * 1e9) / count / calibrationNs]);
      }
    }
  }
  return report(names, rates, steps);
}

/** The naive loop puts the first pods where the fast way puts them, or they do not do the same. */
function checkPlaces(name: string, measure: (name: string, way: string, before: number, pods: number) => Answer): void {
  const [fast, naive] = ['fast', 'naive'].map((way) => measure(name, way, 500, 0).places);
  if (fast !== naive) throw new Error(`${name}: the naive loop places pods elsewhere`);
}

function report(
  names: readonly string[],
  rates: ReadonlyMap<string, readonly number[]>,
  steps: ReadonlyMap<string, readonly number[]>,
): BenchResult {
  const rate = (name: string, way: string): number => median(rates.get(`${name}|${way}`) ?? [Number.NaN]);
  const cost = (name: string): number => median(steps.get(`${name}|fast`) ?? [Number.NaN]);
  const rows = [['', 'pods/s', 'steps a pod', 'floor', 'goal', 'naive loop', 'times naive', 'times kube-scheduler']];
  const floors: Floor[] = [];
  const figures: Record<string, number> = {};
  for (const name of names) {
    const { title, floor, goal, owned }: Load = loads[name];
    const fast = rate(name, 'fast');
    const naive = rate(name, 'naive');
    const real = owned ? REAL.owned : REAL.bare;
    rows.push([
      title,
      thousands(fast),
      cost(name).toFixed(0),
      thousands(floor),
      goal === undefined ? '' : thousands(goal),
      thousands(naive),
      `${(fast / naive).toPrecision(3)}x`,
      `${(fast / real).toPrecision(3)}x`,
    ]);
    const scaled = 1e9 / CALIBRATION_NS / cost(name);
    floors.push({ what: `scheduler, ${title}, pods/s at the calibrated pace`, actual: scaled, floor });
    figures[`${title}, pods/s`] = Math.round(fast);
    figures[`${title}, calibration steps a pod`] = Math.round(cost(name));
    figures[`${title}, times the naive loop`] = Number((fast / naive).toPrecision(3));
  }
  process.stdout.write(
    `Pods scheduled per second of CPU time: ${NODES.toLocaleString('en')} nodes, ${CLASSES} classes, default profile; medians\n\n${table(rows)}\n`,
  );
  const others = [['outside', 'pods/s'], ...OUTSIDE.map(([what, podsPerSecond]) => [what, thousands(podsPerSecond)])];
  process.stdout.write(`${table(others)}\n`);
  return { floors, figures };
}

function thousands(count: number): string {
  return Math.round(count).toLocaleString('en');
}
