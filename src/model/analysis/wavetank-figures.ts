// The provider wavetank: what its figures are called, and over which window they are.
import { REQUEST_FIGURES, type RequestFigure } from '../request-figures.ts';
import { durationUs, type WavetankQuery } from './metric.ts';

/** Of the pods: CPU in cores, memory in bytes, restarts in the window, how many containers of them run. */
export const POD_FIGURES = ['cpu', 'memory', 'restarts', 'pods'] as const;
export type PodFigure = (typeof POD_FIGURES)[number];

const WINDOW_US = 60e6;

/** Of requests that were sent to the pods; durations in seconds. */
export function requestFigureOf(name: string): RequestFigure | undefined {
  return REQUEST_FIGURES.find((one) => one === name);
}

/** A minute unless it says otherwise. */
export function figureWindowUs({ window }: WavetankQuery): number {
  return window === undefined ? WINDOW_US : (durationUs(window) ?? WINDOW_US);
}

/** Why the query cannot be asked, whatever figures the simulation has beside these: they have a dot in their name. */
export function figureProblem({
  figure,
  window,
  service,
  podTemplateHash,
  selector,
}: WavetankQuery): string | undefined {
  if (window !== undefined && (durationUs(window) ?? 0) <= 0) {
    return `window: expected a duration above 0 such as 1m, got ${JSON.stringify(window)}`;
  }
  if (figure.includes('.')) {
    const chosen = Object.entries({ service, podTemplateHash, selector }).find(([, value]) => value !== undefined);
    return chosen === undefined
      ? undefined
      : `${chosen[0]}: ${figure} is of the whole cluster or of what its name says`;
  }
  return undefined;
}
