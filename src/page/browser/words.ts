// Words for what the page shows in several places.
import { formatClock, formatRatio } from '../../report/format.ts';

/** 0.4271 as `43 %`; a dash for what was not measured. */
export function percent(share: number): string {
  return Number.isNaN(share) ? '–' : formatRatio(Math.round(share * 100) / 100);
}

/** Clock of a run that is so long. */
export function clockOf(duration: number): (seconds: number) => string {
  return (seconds) => formatClock(seconds, duration);
}

/** A moment as an argument of the command line. */
export function durationWords(seconds: number): string {
  return `${Math.round(seconds * 1000) / 1000}s`;
}
