// How much of the requests was simulated, and within which bounds the full run lies.
import type { SampledRecord } from '../metrics/sampled-record.ts';
import { boundsSentence, sampledSentence } from '../world/sampled-report.ts';
import { wrap } from './lines.ts';

/** Ends with an empty line when there is something to say. */
export function sampledLines(record: SampledRecord | undefined): string[] {
  if (record === undefined) return [];
  const width = process.stdout.columns ?? 120;
  return [wrap(`${sampledSentence(record)} ${boundsSentence(record)}`.trimEnd(), width), ''];
}
