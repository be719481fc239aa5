// The figures of a recorded flood beside those of the same flood in the simulation, and the tolerances that came with the recordings.
import { type Flood, floodOf } from './flood.ts';
import type { Recording } from './recording.ts';

export interface Compared {
  readonly figure: string;
  readonly expected: string;
  readonly actual: string;
  readonly isRight: boolean;
}

const OWN_LEVELS: Readonly<Record<string, string>> = {
  a: 'lab',
  b: 'lab',
  c: 'lab-reject',
  e: 'global-default',
  v: 'global-default',
};
/** Of the 15 s in a queue. */
const LATE_MS = 200;

export function compared(recording: Recording): Compared[] {
  const flood = floodOf(recording);
  const flows = [...new Set(flood.answers.map(({ flow }) => flow))];
  const names = [...new Set(flows.map((flow) => OWN_LEVELS[flow]))];
  const found = [
    ...names.flatMap((level) => [
      exact(recording, `level/${level}/executing_max`, flood.levels.get(level)?.executing),
      ...(level === 'global-default'
        ? [within(recording, `level/${level}/waiting_max`, flood.levels.get(level)?.waiting, 0.5)]
        : [exact(recording, `level/${level}/waiting_max`, flood.levels.get(level)?.waiting)]),
    ]),
    ...['node-high', 'leader-election', 'workload-high'].map((level) => rejected(recording, level)),
    ...flows.flatMap((flow) => ofFlow(recording, flood, flow, flows)),
  ];
  return found
    .filter((one) => one !== undefined)
    .map((one) => ({ ...one, figure: `${recording.name}: ${one.figure}` }));
}

function ofFlow(
  recording: Recording,
  { answers, seconds }: Flood,
  flow: string,
  flows: readonly string[],
): (Compared | undefined)[] {
  const own = answers.filter((one) => one.flow === flow);
  const ok = own.filter(({ code }) => code === 201);
  const late = own.filter(({ code }) => code === 429).map(({ tookUs }) => tookUs / 1000);
  const rate = (of: string): number =>
    answers.filter((one) => one.flow === of && one.code === 201 && one.sentUs >= 5e6 && one.sentUs < seconds * 1e6)
      .length /
    (seconds - 5);
  const recorded = (of: string): number => mean(recording, `flow/${of}/ok_per_s_after_5s`);
  const all = (of: (flow: string) => number): number => flows.reduce((sum, one) => sum + of(one), 0);
  const slow = recording.name.includes('slow2s');
  return [
    codes(recording, flow, own),
    flows.length === 1
      ? undefined
      : near(`flow/${flow}: share of what is served`, recorded(flow) / all(recorded), rate(flow) / all(rate), 0.2),
    atMost(
      `flow/${flow}: served a second, at most seats / service time`,
      seatsOf(recording) / (slow ? 2 : 0.1),
      rate(flow),
    ),
    within(recording, `flow/${flow}/ok_p50_ms`, median(ok.map(({ tookUs }) => tookUs / 1000)), 0.5),
    // Who waits is turned away after a quarter of a minute.
    slow ? longest(recording, `flow/${flow}/429_max_ms`, Math.max(...late)) : undefined,
  ];
}

function codes({ figures }: Recording, flow: string, own: Flood['answers']): Compared {
  const runs = (figures[`flow/${flow}/outcomes`]?.values ?? []) as readonly Record<string, number>[];
  const expected = [...new Set(runs.flatMap((outcomes) => Object.keys(outcomes)))].toSorted().join(' ');
  const actual = [...new Set(own.map(({ code }) => String(code)))].toSorted().join(' ');
  return { figure: `flow/${flow}/outcomes`, expected, actual, isRight: expected === actual };
}

function seatsOf({ figures }: Recording): number {
  return Math.max(...((figures['hook/max_at_once_max']?.values ?? []) as number[]));
}

function rejected({ figures }: Recording, level: string): Compared | undefined {
  const values = figures[`level/${level}/rejected`]?.values as number[] | undefined;
  return values === undefined ? undefined : atMost(`level/${level}/rejected`, Math.max(...values), 0);
}

function exact({ figures }: Recording, path: string, actual = NaN): Compared {
  const values = (figures[path]?.values ?? []) as number[];
  return { figure: path, expected: values.join(' or '), actual: String(actual), isRight: values.includes(actual) };
}

/** Within a part of what the runs saw. */
function within({ figures }: Recording, path: string, actual = NaN, part: number): Compared {
  const values = (figures[path]?.values ?? []) as number[];
  const [low, high] = [Math.min(...values) * (1 - part), Math.max(...values) * (1 + part)];
  return {
    figure: path,
    expected: `${low} to ${high}`,
    actual: String(actual),
    isRight: actual >= low && actual <= high,
  };
}

function longest({ figures }: Recording, path: string, actual: number): Compared | undefined {
  if (figures[path] === undefined) return undefined;
  return {
    figure: path,
    expected: '15 s',
    actual: `${actual} ms`,
    isRight: actual >= 15_000 && actual <= 15_000 + LATE_MS,
  };
}

function near(figure: string, expected: number, actual: number, part: number): Compared {
  return {
    figure,
    expected: String(expected),
    actual: String(actual),
    isRight: Math.abs(actual - expected) <= part * expected,
  };
}

function atMost(figure: string, expected: number, actual: number): Compared {
  return { figure, expected: `at most ${expected}`, actual: String(actual), isRight: actual <= expected * 1.001 };
}

function mean({ figures }: Recording, path: string): number {
  const values = (figures[path]?.values ?? []) as number[];
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
