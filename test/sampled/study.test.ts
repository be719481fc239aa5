// A small part of the study of sampled requests; `npm run validate:sampled` runs all of it.
import { expect, it } from 'vitest';
import { studyCases } from './scenarios.ts';
import { FIGURES, load, studyCase } from './study.ts';

const cases = studyCases();

it('has forty scenarios with names of their own, all of them valid', () => {
  for (const { text } of cases) load(text, []);
  expect(new Set(cases.map(({ name }) => name)).size).toBe(40);
});

it('finds the full run within the interval, and a part of the requests simulated', { timeout: 60_000 }, () => {
  let inside = 0;
  let pairs = 0;
  for (const name of ['exponential work, shared, 120/s', 'calls, errors 0.01, retries 2', 'scaled to 6']) {
    const outcome = studyCase(cases.find((one) => one.name === name) ?? cases[0], 2);
    expect(outcome.simulated).toBeLessThan(0.6);
    pairs += FIGURES.length * outcome.pairs;
    for (const figure of FIGURES) inside += outcome.inside[figure];
  }
  // 60 comparisons of which 95 in 100 are to agree; those of one run agree or fail together, so that a third may fail by chance.
  expect(pairs).toBe(60);
  expect(inside / pairs).toBeGreaterThan(0.66);
});
