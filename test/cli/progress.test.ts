// How far many jobs have come, on a standard error that is no terminal.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { jobProgress } from '../../src/cli/progress.ts';
import { withoutProgress } from '../support/command.ts';

let written = '';
const { isTTY } = process.stderr;

beforeEach(() => {
  written = '';
  process.stderr.isTTY = false;
  vi.useFakeTimers({ toFake: ['Date'] });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

/** So many seconds later so many jobs are done, of which some failed. */
function later(bar: ReturnType<typeof jobProgress>, seconds: number, done: number, failed = 0): void {
  vi.advanceTimersByTime(1000 * seconds);
  bar.update(done, failed, 0);
}

it('a line a minute, and none before', () => {
  const bar = jobProgress('web', 200, true);
  bar.begin(20);
  later(bar, 59, 21);
  expect(written).toBe('');
  // 2 of 180 jobs take a minute, 178 more take 89.
  later(bar, 1, 22);
  later(bar, 59, 30);
  later(bar, 1, 110, 1);
  later(bar, 60, 196, 1);
  expect(written).toBe(
    'web: 22 of 200 jobs, 1h 29m left\nweb: 110 of 200 jobs, 1 failed, 2m left\nweb: 196 of 200 jobs, 1 failed, 5s left\n',
  );
  // Tests that want a standard error in which nothing stands do not see them, and see all else.
  expect(withoutProgress(`warning: one\n${written}web: 3 of 4 jobs are kept\n`)).toBe(
    'warning: one\nweb: 3 of 4 jobs are kept\n',
  );
});

it('none where nobody wants one', () => {
  const bar = jobProgress('web', 2, false);
  later(bar, 61, 1);
  expect(written).toBe('');
});
