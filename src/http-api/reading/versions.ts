// The resourceVersion that a client names: which one it is, and whether a list of now may answer for it.
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { Exchange } from '../call.ts';

/** Undefined where none is named. Throws a Refusal (400) for one that is no number. */
export function versionOf(exchange: Exchange): number | undefined {
  const text = exchange.query('resourceVersion');
  if (text === '') return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  throw badRequest(`resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`);
}

/** Throws a Refusal for a match that cannot be asked for. */
export function checkMatch(exchange: Exchange, version: number | undefined): void {
  const match = exchange.query('resourceVersionMatch');
  if (match === '') return;
  if (version === undefined)
    throw invalidMatch('Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match !== 'Exact' && match !== 'NotOlderThan')
    throw invalidMatch(`Unsupported value: "${match}": supported values: "Exact", "NotOlderThan"`);
  if (match === 'Exact' && version === 0)
    throw invalidMatch('Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
}

/** A list is always of now: what is to be newer is not there yet (504), and of what was before there is nothing any more (410). */
export function checkReached(exchange: Exchange, version: number | undefined, now: number): void {
  if (version === undefined) return;
  if (version > now) {
    const message = `Timeout: Too large resource version: ${version}, current: ${now}`;
    const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
    throw new Refusal(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
  }
  if (exchange.query('resourceVersionMatch') === 'Exact' && version < now) throw tooOld(version, now);
}

export function tooOld(version: number, since: number): Refusal {
  return new Refusal(410, 'Expired', `too old resource version: ${version} (${since})`);
}

export function invalidMatch(why: string): Refusal {
  return new Refusal(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: ${why}`);
}
