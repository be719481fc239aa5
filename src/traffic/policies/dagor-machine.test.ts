// DAGOR's level by the rule of its paper: at overload down to 95 % of what was admitted, else up by 1 % of what came.
import { describe, expect, it } from 'vitest';
import { DagorMachine, type DagorSettings } from './dagor-machine.ts';

const WINDOW_US = 1_000_000;

const machineOf = (more: Partial<DagorSettings> = {}) =>
  new DagorMachine({ targetUs: 20_000, windowUs: WINDOW_US, windowRequests: 1e9, alpha: 0.05, beta: 0.01, ...more }, 0);

/** So many requests of users 0, 1, … at one priority after the start of the window; gives how many were admitted. */
function send(machine: DagorMachine, count: number, nowUs: number, priority = 3, waitedUs?: number): number {
  let admitted = 0;
  for (let user = 0; user < count; user += 1) {
    if (!machine.admits(priority, user, nowUs)) continue;
    admitted += 1;
    if (waitedUs !== undefined) machine.waited(waitedUs);
  }
  return admitted;
}

describe('the level', () => {
  it('refuses about 5 % more of the same requests after each window in which they waited too long', () => {
    const machine = machineOf();
    let before = send(machine, 10_000, 1, 3, 25_000);
    expect(before).toBe(10_000);
    for (let window = 1; window <= 5; window += 1) {
      const now = send(machine, 10_000, window * WINDOW_US + window, 3, 25_000);
      // A level is one of 128 users: 0.8 % of what came.
      expect(now / before).toBeLessThanOrEqual(0.95);
      expect(now / before).toBeGreaterThan(0.93);
      before = now;
    }
  });

  it('lets 1 % of what came more through after each window without overload', () => {
    const machine = machineOf();
    for (let window = 0; window < 5; window += 1) send(machine, 10_000, window * WINDOW_US + 1, 3, 25_000);
    let before = send(machine, 10_000, 5 * WINDOW_US + 1, 3, 1000);
    for (let window = 6; window <= 9; window += 1) {
      const now = send(machine, 10_000, window * WINDOW_US + 1, 3, 1000);
      expect(now - before).toBeGreaterThanOrEqual(100);
      expect(now - before).toBeLessThan(250);
      before = now;
    }
  });

  it('falls and rises by other shares where these are given', () => {
    const machine = machineOf({ alpha: 0.5, beta: 0.2 });
    send(machine, 10_000, 1, 3, 25_000);
    const fewer = send(machine, 10_000, WINDOW_US + 1, 3, 1000);
    expect(Math.abs(fewer - 5000)).toBeLessThan(150);
    expect(Math.abs(send(machine, 10_000, 2 * WINDOW_US + 1) - 7000)).toBeLessThan(150);
  });

  it('is of the mean wait: at the target nothing happens', () => {
    const machine = machineOf();
    send(machine, 1000, 1, 3, 20_000);
    expect(send(machine, 1000, WINDOW_US + 1, 3, 20_000)).toBe(1000);
  });

  it('is judged after so many requests too', () => {
    const machine = machineOf({ windowRequests: 2000 });
    expect(send(machine, 2000, 1, 3, 25_000)).toBe(2000);
    expect(send(machine, 1, 2)).toBeLessThanOrEqual(1);
    expect(machine.level).toBeGreaterThan(0);
  });

  it('refuses the less important ones first', () => {
    const machine = machineOf();
    for (let window = 0; window < 40; window += 1) {
      const nowUs = window * WINDOW_US + 1;
      send(machine, 5000, nowUs, 2, 25_000);
      send(machine, 5000, nowUs, 7, 25_000);
    }
    expect(send(machine, 5000, 41 * WINDOW_US, 2)).toBe(0);
    expect(send(machine, 5000, 41 * WINDOW_US, 7)).toBeGreaterThan(0);
  });
});
