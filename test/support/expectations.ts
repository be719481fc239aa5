// Whether a packaged scenario holds what it expects, as a user runs it.
import { expect } from 'vitest';
import { jsonOf, wavetank } from './command.ts';

interface Printed {
  readonly expect: readonly { readonly text: string; readonly actual: number | null; readonly pass: boolean }[];
}

/** `count`: how many expectations are judged, so that none is lost. */
export function expectToHold(verb: string, name: string, count: number, cwd: string): void {
  const finished = wavetank([verb, name, '--json', '--no-report'], cwd);
  expect(finished.stderr).toBe('');
  const { expect: judged } = jsonOf(finished) as Printed;
  expect(judged.filter(({ pass }) => !pass)).toEqual([]);
  expect(judged).toHaveLength(count);
  expect(finished.status).toBe(0);
}
