// Round numbers for axes.

const TIME_STEPS = [
  ...[1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1].flatMap((power) => [power, 2 * power, 5 * power]),
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
  10_800,
  21_600,
  43_200,
  86_400,
];

/** Ticks in seconds at round clock times from 0 to `duration`, at most `most` and the one at 0. */
export function timeTicks(duration: number, most: number): number[] {
  const step = TIME_STEPS.find((one) => duration / one <= most) ?? Math.ceil(duration / most / 86_400) * 86_400;
  return Array.from({ length: Math.floor(duration / step + 1e-9) + 1 }, (_, at) => Number((at * step).toPrecision(12)));
}

/** Ticks from 0 to the first round number at or above `max`: two to `most` steps, those that leave the least room above. */
export function linearTicks(max: number, most: number, whole: boolean): number[] {
  if (!(max > 0) || (whole && max <= 1)) return [0, 1];
  const power = 10 ** Math.floor(Math.log10(max / most));
  const candidates = [0.1, 1, 10]
    .flatMap((scale) => [1, 1.5, 2, 2.5, 3, 4, 5].map((digit) => Number((digit * scale * power).toPrecision(12))))
    .filter((step) => !whole || Number.isInteger(step))
    .map((step) => ({ step, steps: Math.max(1, Math.ceil(max / step - 1e-9)) }))
    .filter(({ steps }) => steps <= most && (steps > 1 || (whole && max <= 1)));
  const best = candidates.reduce((best, one) => (one.step * one.steps < best.step * best.steps ? one : best));
  return Array.from({ length: best.steps + 1 }, (_, at) => Number((at * best.step).toPrecision(12)));
}

/** Ticks of less than this ratio are too close to each other where an axis spans many powers of ten. */
const CLOSE = 3;

/** Ticks at 1, 2 and 5 times the powers of ten that enclose both values; only the powers when there are many. */
export function logTicks(min: number, max: number): number[] {
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(min)) - 1; power <= Math.ceil(Math.log10(max)) + 1; power++) {
    for (const digit of [1, 2, 5]) all.push(Number((digit * 10 ** power).toPrecision(6)));
  }
  const first = all.findLastIndex((tick) => tick <= min);
  const last = all.findIndex((tick) => tick >= max);
  const ticks = all.slice(first, Math.max(last, first + 1) + 1);
  if (ticks.length <= 10) return ticks;
  const least = ticks[0];
  const most = ticks.at(-1) as number;
  // A power beside one of the ends would have its label on the other's.
  const inside = ticks.filter(
    (tick) => Number.isInteger(Math.log10(tick)) && tick / least >= CLOSE && most / tick >= CLOSE,
  );
  return [least, ...inside, most];
}
