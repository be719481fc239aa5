// Endpoints that come and go among many: how much of a change is no transient, and for how long a pod that has left counts.
import { describe, expect, it } from 'vitest';
import type { PodRow } from '../../model/rows.ts';
import type { Component } from './component.ts';
import type { ServiceMembers } from './components.ts';
import { SlightChanges } from './slight-changes.ts';

const ERROR = 0.02;
const FILL_US = 2e6;
const settings = { error: ERROR, warmUpUs: 0, lagUs: 3e6 };
const members = (serving: number, lost = 0, behaviors = [0]): ServiceMembers => ({
  serving: Array.from({ length: serving }, () => ({})) as unknown as ServiceMembers['serving'],
  lost,
  behaviors,
});
const silentFor = (seconds: number): Component => ({ silentUs: 1e6 * seconds, owedUs: 0 }) as Component;

describe('SlightChanges', () => {
  it('takes one of a hundred, and a tenth only after a while', () => {
    const changes = new SlightChanges(settings);
    // 4 · ln 1.01 · 2 s = 80 ms, and a quarter of 2 % of 16 s is as much.
    expect(changes.takes(silentFor(15.5), members(100), members(101), FILL_US)).toBe(false);
    expect(changes.takes(silentFor(16.5), members(100), members(101), FILL_US)).toBe(true);
    expect(changes.takes(silentFor(16.5), members(100), members(110), FILL_US)).toBe(false);
    expect(changes.takes(silentFor(153), members(110), members(100), FILL_US)).toBe(true);
  });

  it('owes no more than a quarter of the error, however many come', () => {
    const changes = new SlightChanges(settings);
    const component = silentFor(1000);
    let endpoints = 100;
    while (changes.takes(component, members(endpoints), members(endpoints + 1), FILL_US)) endpoints += 1;
    expect(component.owedUs).toBeLessThanOrEqual((ERROR / 4) * 1000e6);
    // exp(5 s / (4 · 2 s)) times as many.
    expect(endpoints).toBe(Math.floor(100 * Math.exp(5 / 8)));
  });

  it.each([
    ['few endpoints', members(63), members(64)],
    ['an endpoint that is lost', members(100), members(99, 1)],
    ['one that is back', members(99, 1), members(100)],
    ['another behaviour', members(100), members(101, 0, [0, 1])],
  ])('takes nothing with %s', (_, before, after) => {
    expect(new SlightChanges(settings).takes(silentFor(1e6), before, after, FILL_US)).toBe(false);
  });

  it('takes nothing while new processes are slower', () => {
    const changes = new SlightChanges({ ...settings, warmUpUs: 1 });
    expect(changes.takes(silentFor(1e6), members(100), members(101), FILL_US)).toBe(false);
  });

  it('knows whose a pod was for as long as proxies may connect to it', () => {
    const changes = new SlightChanges(settings);
    const component = silentFor(0);
    const pods = [3, 4] as PodRow[];
    changes.leave(component, pods, 10e6);
    expect(changes.touched(pods[0], 12.9e6)).toBe(component);
    expect(changes.touched(pods[0], 12.9e6)).toBeUndefined();
    expect(changes.touched(pods[1], 13e6)).toBeUndefined();
    expect(changes.touched(5 as PodRow, 12e6)).toBeUndefined();
  });
});
