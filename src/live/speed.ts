// How fast virtual time runs: so many simulated seconds in a second of the wall clock, as fast as possible, or not at all.
import { InputError } from '../lib/errors.ts';

/** Simulated seconds a second; Infinity for as fast as possible, 0 for a pause. */
export type Speed = number;

const SPEED = /^(\d+(?:\.\d+)?)x?$/;
const FASTEST = 1e6;

/** `60x`, `0.5x`, `max`, `pause`; undefined when the text is no speed. */
export function parseSpeed(text: string): Speed | undefined {
  if (text === 'max') return Infinity;
  if (text === 'pause') return 0;
  const speed = Number(SPEED.exec(text)?.[1] ?? Number.NaN);
  return speed > 0 && speed <= FASTEST ? speed : undefined;
}

/** The same for what stands on a command line. Throws an InputError that names the option. */
export function readSpeed(option: string, text: string): Speed {
  const speed = parseSpeed(text);
  if (speed !== undefined) return speed;
  const expected = `expected simulated seconds a second, such as 60x (at most ${FASTEST}x), max or pause`;
  throw new InputError(`${option}: ${expected}, got ${JSON.stringify(text)}`);
}

export function showSpeed(speed: Speed): string {
  if (speed === 0) return 'pause';
  return speed === Infinity ? 'max' : `${speed}x`;
}
