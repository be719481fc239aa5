// What every line of OpenMetrics text needs: time stamps, and texts in labels.

/** Seconds since 1970 at which each run began, by its folder. */
export type StartOf = (run: string) => number;

/** Prometheus keeps milliseconds. */
export function stamp(seconds: number): string {
  return String(Math.round(seconds * 1000) / 1000);
}

/** A text as it stands between the quotes of a label. */
export function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
