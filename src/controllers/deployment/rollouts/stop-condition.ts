// When a rollout stops: `p99 > 1.2x`, a comparison of a figure of the new revision with a bound, or with a multiple of the old one's.
import { z } from 'zod';
import { parseDurationUs, parseRate } from '../../../lib/units.ts';
import { REQUEST_FIGURES, type RequestFigure } from '../../../model/request-figures.ts';

/** What is known of a revision: of its requests, and the restarts of its pods' containers. */
export type StopFigure = RequestFigure | 'restarts';

const FIGURES: readonly StopFigure[] = ['restarts', ...REQUEST_FIGURES];
const SHAPE = /^(\w+)\s*(<=|>=|<|>)\s*(\S+(?:\s?%)?)$/;
const EXPECTED = `expected a condition such as "error_ratio > 2%", "p99 > 500ms" or "p99 > 1.2x" (times that of the old revision), of one of ${FIGURES.join(', ')}`;

export interface StopCondition {
  readonly text: string;
  readonly figure: StopFigure;
  /** Whether the new revision's value is so bad; `old` is that of the old one, undefined where it has none. */
  readonly holds: (value: number, old: number | undefined) => boolean;
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

export const stopCondition = z.string().transform((text, context): StopCondition => {
  const [, name = '', operator = '', written = ''] = SHAPE.exec(text.trim()) ?? [];
  const figure = FIGURES.find((one) => one === name);
  const times = /^(\d+(?:\.\d+)?)x$/.exec(written)?.[1];
  const bound = figure === undefined ? undefined : boundOf(figure, written);
  const compare = COMPARE[operator];
  if (figure === undefined || compare === undefined || (times === undefined && bound === undefined)) {
    context.addIssue({ code: 'custom', message: EXPECTED });
    return z.NEVER;
  }
  return {
    text,
    figure,
    holds(value, old) {
      if (times === undefined) return bound !== undefined && compare(value, bound);
      return old !== undefined && compare(value, Number(times) * old);
    },
  };
});

/** In the figure's unit. */
function boundOf(figure: StopFigure, written: string): number | undefined {
  const number = /^\d+(\.\d+)?$/.test(written) ? Number(written) : undefined;
  switch (figure) {
    case 'count':
    case 'restarts':
      return number;
    case 'rate':
      return parseRate(written) ?? number;
    case 'error_ratio': {
      const percent = /^(\d+(?:\.\d+)?)\s?%$/.exec(written)?.[1];
      return percent === undefined ? number : Number(percent) / 100;
    }
    case 'mean':
    case 'p50':
    case 'p90':
    case 'p99':
    case 'p999':
      return parseDurationUs(written);
  }
}
