// A job whose run has no end until somebody ends it, and the job that it has been by then.
import type { Job, Scenario } from '../scenario/scenario.ts';

/** Ten years, µs: an end that nobody lives to see at a speed at which anything can be watched. */
const ENDLESS_US = 3650 * 86_400e6;

/** What lasts to the end of the scenario goes on as long as the run does. */
export function withoutEnd(job: Job): Job {
  const { durationUs, traffic, faults } = job.loaded.scenario;
  return changed(job, {
    durationUs: ENDLESS_US,
    plannedUs: durationUs,
    traffic: traffic.map((one) => (one.stopUs === durationUs ? { ...one, stopUs: ENDLESS_US } : one)),
    faults: faults.map((one) => (one.untilUs === durationUs ? { ...one, untilUs: ENDLESS_US } : one)),
  });
}

/** Requests may come that no source of it sends. */
export function withRequestsByHand(job: Job): Job {
  return changed(job, { requestsByHand: true });
}

/** The job as it would have been with that duration, µs: what is expected of later times is left out. */
export function endedAt(job: Job, durationUs: number): Job {
  const { expect } = job.loaded.scenario;
  return changed(job, {
    durationUs,
    expect: expect.filter(({ window }) => window === undefined || window.toUs <= durationUs),
  });
}

function changed(job: Job, fields: Partial<Scenario>): Job {
  return { ...job, loaded: { ...job.loaded, scenario: { ...job.loaded.scenario, ...fields } } };
}
