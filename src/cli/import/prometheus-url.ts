// Asks a Prometheus server for the series that its importer reads.
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { PROMETHEUS_QUERY } from '../../scenario/import/prometheus.ts';

const RANGE = '1h';
const STEP = '15s';
const TIMEOUT_MS = 60_000;

export function isUrl(file: string): boolean {
  return /^https?:\/\//.test(file);
}

/** The answer's text. `until`: a date, by default now. Throws an InputError when there is none. */
export async function askPrometheus(
  url: string,
  {
    range = RANGE,
    step = STEP,
    until,
  }: { range?: string | undefined; step?: string | undefined; until?: string | undefined },
): Promise<string> {
  const seconds = (option: string, text: string): number => {
    const us = parseDurationUs(text);
    if (us === undefined || us <= 0)
      throw new InputError(`--${option}: expected a duration such as "1h", got "${text}"`);
    return us / 1e6;
  };
  const end = until === undefined ? Date.now() / 1000 : Date.parse(until) / 1000;
  if (!Number.isFinite(end))
    throw new InputError(`--until: expected a date such as "2026-03-01T12:00:00Z", got "${until ?? ''}"`);
  const asked = new URL('api/v1/query_range', url.endsWith('/') ? url : `${url}/`);
  asked.search = new URLSearchParams({
    query: PROMETHEUS_QUERY,
    start: String(end - seconds('range', range)),
    end: String(end),
    step: String(seconds('step', step)),
  }).toString();
  try {
    const answer = await fetch(asked, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    return await answer.text();
  } catch (error) {
    const { cause, message } = error as Error;
    throw new InputError({
      file: url,
      message: `does not answer: ${cause instanceof Error ? cause.message : message}`,
    });
  }
}
