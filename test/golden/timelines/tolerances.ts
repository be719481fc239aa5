// How near is near enough: the tolerances of the recordings' README, by kind of figure.

/** Numbers of the recorded runs against those of ours, in the order of the runs. */
export interface Tolerance {
  /** As the table prints it. */
  readonly text: string;
  agrees(theirs: readonly number[], ours: readonly number[]): boolean;
}

function everyWithin(text: string, width: (most: number) => number): Tolerance {
  return {
    text,
    agrees: (theirs, ours) => {
      const low = Math.min(...theirs);
      const high = Math.max(...theirs);
      return ours.every((one) => one >= low - width(low) && one <= high + width(high));
    },
  };
}

/** Equal where the recorded runs agree among themselves; else within twice their spread around them. */
export const exact: Tolerance = {
  text: 'exact',
  agrees: (theirs, ours) => {
    const low = Math.min(...theirs);
    const high = Math.max(...theirs);
    const slack = 2 * (high - low) + 1e-9;
    return ours.every((one) => one >= low - slack && one <= high + slack);
  },
};

/** Within the spread of the recorded runs, widened by an absolute and a relative part, whichever is larger. */
export function near(seconds: number, share = 0): Tolerance {
  const text = share === 0 ? `±${seconds} s` : `±${share * 100} % or ±${seconds} s`;
  return everyWithin(text, (value) => Math.max(seconds, Math.abs(value) * share));
}

/** As `near`, but the two parts add up. */
export function plus(seconds: number, share: number): Tolerance {
  return everyWithin(`±${share * 100} % + ${seconds} s`, (value) => seconds + Math.abs(value) * share);
}

/** Each run against the recorded run whose delays and phase of the second it replays. */
export function runByRun(seconds: number, share = 0): Tolerance {
  const text = `each run ±${share === 0 ? '' : `${share * 100} % or `}${seconds} s`;
  return {
    text,
    agrees: (theirs, ours) =>
      ours.every((one, index) => Math.abs(one - theirs[index]) <= Math.max(seconds, Math.abs(theirs[index]) * share)),
  };
}

/** A count within the spread of the recorded runs, widened by so many. */
export function countNear(width: number): Tolerance {
  return everyWithin(`±${width}`, () => width);
}

/** Each run like the recorded run whose phases it replays. */
export const exactRunByRun: Tolerance = {
  text: 'each run exact',
  agrees: (theirs, ours) => ours.every((one, index) => one === theirs[index]),
};

/** Ours in a range that the protocol gives; so are the recorded ones. */
export function between(low: number, high: number, unit = ' s'): Tolerance {
  const text =
    high === Infinity ? `≥ ${low}${unit}` : low === -Infinity ? `≤ ${high}${unit}` : `${low} to ${high}${unit}`;
  const inside = (one: number): boolean => one >= low - 1e-9 && one <= high + 1e-9;
  return { text, agrees: (_theirs, ours) => ours.every(inside) };
}

/** A third to three times what was recorded: the same 5,000 pods, recorded with 1,000 nodes and with 5,000, are turned away 2.1 to 2.4 times as often as each other. */
export const ofThatOrder: Tolerance = {
  text: 'factor 3',
  agrees: (theirs, ours) => ours.every((one) => one >= Math.min(...theirs) / 3 && one <= Math.max(...theirs) * 3),
};

/** Some where the recorded runs had some, none where they had none. */
export const someOrNone: Tolerance = {
  text: 'some, or none',
  agrees: (theirs, ours) => ours.every((one) => one > 0 === theirs.some((other) => other > 0)),
};

/** Half to twice what the recorded runs had. */
export const factorTwo: Tolerance = {
  text: 'factor 2',
  agrees: (theirs, ours) => ours.every((one) => one >= Math.min(...theirs) / 2 && one <= Math.max(...theirs) * 2),
};
