// A sample of the models of `npm run validate:theory` that runs in a minute; and proof that the comparison can fail.
import { describe, expect, it } from 'vitest';
import { type Group, grouped, judged, Verdict } from './judge.ts';
import { leastRequests } from './measure.ts';
import type { Planted } from './runs.ts';
import { oracle } from './oracle.ts';
import { heading, parameters, textLine } from './table.ts';

const SAMPLE: readonly (readonly [model: string, params: string])[] = [
  ['M/M/1', 'lam=0.7'],
  ['M/M/c', 'c=2 rho=0.5'],
  ['M/M/c/c', 'c=5 a=3'],
  ['M/M/c/K', 'c=2 K=4 lam=1.5'],
  ['M/G/1', 'rho=0.5 cs2=0.25 dist=E4'],
  ['M/G/1', 'rho=0.5 cs2=4 dist=H2_cs4'],
  ['M/D/1', 'rho=0.5'],
  ['M/G/1-PS', 'rho=0.7'],
  ['M/M/1-prio', 'lam1=0.3 lam2=0.3'],
  ['M/M/inf', 'a=5'],
  ['supermarket', 'lam=0.5 d=4'],
  ['JSQ n=2 (CTMC)', 'n=2 rho=0.7'],
  ['round robin n M/M/1 = E_n/M/1', 'n=10 rho=0.5'],
  ['balancer', 'n=10 rho=0.8 policy=jiq T=0'],
  ['balancer', 'n=10 rho=0.9 policy=stale T=5'],
  ['balancer', 'n=10 rho=0.9 policy=stale+ T=5'],
  ['machine repair', 'N=10 R=1 MTBF=100 MTTR=5'],
  ['fan-out', 'n=10 p_slow=0.01'],
  ['retries', 'p_fail=0.9 max_retries=3'],
  ['coupon', 'n=10'],
  ['M/M/c//N', 'N=10 c=1 Z=9'],
  ['M/M/c//N', 'N=50 c=5 Z=15'],
  ['closed network', 'N=30 Z=20 D1=1 D2=0.5'],
  ['M/G/1//N-PS', 'N=20 Z=15 dist=H2_cs4'],
  ['M/M/c/c retrial', 'c=3 a=2 nu=0.5'],
];

const AT_MOST = 0.65e6;
/** With a stale load pods are busy together, and a mean takes longer to be known. */
const AT_MOST_STALE = 1.3e6;

function groupsOf(model: string, params: string, planted: Planted = {}): Group[] {
  const values = oracle().filter(
    (one) => one.model === model && parameters(JSON.parse(one.params) as Group['rows'][number]['params']) === params,
  );
  expect(values.length).toBeGreaterThan(0);
  return grouped(values, planted);
}

describe('agrees with theory within four standard errors', () => {
  it.each(SAMPLE)('%s %s', (model, params) => {
    const lines = groupsOf(model, params).flatMap((group) =>
      judged(group, params.includes('policy=stale') ? AT_MOST_STALE : AT_MOST),
    );
    process.stdout.write(`${[heading(), ...lines.map(textLine)].join('\n')}\n`);
    for (const one of lines) expect(one.verdict, textLine(one)).not.toBe(Verdict.Disagrees);
    // Some quantiles would need a longer run; the first figure, the mean or the chance that a model is about, does not.
    expect(lines[0].verdict).toBe(Verdict.Agrees);
  });
});

const PLANTED: readonly (readonly [what: string, planted: Planted, model: string, params: string])[] = [
  ['service takes 5 % longer', { stretch: 1.05 }, 'M/M/1', 'lam=0.7'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'M/D/1', 'rho=0.5'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'M/G/1', 'rho=0.5 cs2=4 dist=H2_cs4'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'balancer', 'n=10 rho=0.8 policy=jiq T=0'],
  ['the last that came is served first', { order: 'lastComeFirstServed' }, 'M/M/1', 'lam=0.7'],
  ['the last that came is served first', { order: 'lastComeFirstServed' }, 'M/D/1', 'rho=0.5'],
  ['the queue has no priorities', { order: 'firstComeFirstServed' }, 'M/M/1-prio', 'lam1=0.3 lam2=0.3'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'M/M/c//N', 'N=10 c=1 Z=4'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'closed network', 'N=20 Z=4 D1=0.4 D2=1'],
  ['service takes 5 % longer', { stretch: 1.05 }, 'M/M/c/c retrial', 'c=1 a=0.5 nu=1'],
  ['the load is fresh', { balancer: 'JoinShortestQueue' }, 'balancer', 'n=10 rho=0.9 policy=stale T=5'],
  ['the load is fresh', { balancer: 'JoinShortestQueue' }, 'balancer', 'n=10 rho=0.9 policy=stale+ T=5'],
];

/** A mistake is seen in fewer requests than it takes to see that there is none. */
const FEWER = AT_MOST / 5;

describe('notices that', () => {
  it.each(PLANTED)('%s (%j) in %s %s', (_what, planted, model, params) => {
    const lines = groupsOf(model, params, planted).flatMap((group) =>
      judged(group, Math.max(FEWER, group.run === undefined ? 0 : leastRequests(group.run))),
    );
    const wrong = lines.filter(({ verdict }) => verdict === Verdict.Disagrees);
    process.stdout.write(`${wrong.map(textLine).join('\n')}\n`);
    expect(wrong.length).toBeGreaterThan(0);
  });
});
