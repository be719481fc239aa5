// The round trip and the bandwidth of image pulls: a straight line through how long images of different sizes took.
import { type Estimate, straightLine } from '../../statistics/fits.ts';
import type { Pull } from './measured.ts';

export interface PullFit {
  readonly count: number;
  /** Seconds. */
  readonly roundTrip: Estimate | undefined;
  /** Bytes a second. */
  readonly bandwidth: Estimate | undefined;
  readonly unidentified: readonly string[];
  readonly set: readonly string[];
}

const PULL = 'spec.kubelet.imagePull';

export function pullsOf(pulls: readonly Pull[]): PullFit {
  const count = pulls.length;
  const line = straightLine(pulls.map(({ bytes, seconds }) => ({ x: bytes, y: seconds })));
  const nothing = (why: string): PullFit => ({
    count,
    roundTrip: undefined,
    bandwidth: undefined,
    unidentified: [`image pulls: round trip and bandwidth. ${why}`],
    set: [],
  });
  if (line === undefined) return nothing('All images that were measured have the same size');
  const { slope, intercept } = line;
  if (!(slope.value > 0)) return nothing('Larger images did not take longer');
  const unidentified: string[] = [];
  if (slope.low === undefined) unidentified.push(`image pulls: how much they vary. ${count} of them say too little`);
  else if (slope.low <= 0) unidentified.push('image pulls: the bandwidth. It may be any above the lower bound');
  if (intercept.value < 0)
    unidentified.push('image pulls: the round trip. It is too short to be seen, and is taken as 0');
  const roundTrip = { ...intercept, value: Math.max(0, intercept.value) };
  const inverse = (seconds: number | undefined): number | undefined =>
    seconds === undefined || seconds <= 0 ? undefined : 1 / seconds;
  const bandwidth = { value: 1 / slope.value, low: inverse(slope.high), high: inverse(slope.low) };
  return {
    count,
    roundTrip,
    bandwidth,
    unidentified,
    set: [
      `${PULL}.roundTrip="${Math.round(roundTrip.value * 1e6)}us"`,
      `${PULL}.bandwidth="${Number((bandwidth.value / 1e6).toPrecision(4))}MB/s"`,
    ],
  };
}
