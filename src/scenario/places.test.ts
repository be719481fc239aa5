// Where a problem is said to be: all of them at once, each at the line, or at the option, that wrote it.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { InputError } from '../lib/errors.ts';
import { figures } from '../world/figures/index.ts';
import { expandJobs } from './expand.ts';
import { type LoadOptions, loadScenario } from './load.ts';

const none = z.strictObject({});
const families = {
  figures,
  balancers: new Map([['Random', none]]),
  arrivals: new Map([['poisson', none]]),
  faults: new Map(),
  jobQueues: new Map(),
  nodeAutoscalers: new Map(),
  policies: new Map(),
  rollouts: new Map(),
  schedulerPlugins: new Map(),
};

const scenario = (body: string) => `apiVersion: wavetank/v1
kind: Scenario
metadata: { name: test }
spec:
  duration: 5m
${body}
`;
const WEB = `---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { ports: [{ port: 80 }] }
`;

/** `FILE:LINE path: the first words of the message` of everything that is wrong, for the cells of the sweep too. */
function problemsOf(text: string, options: Partial<LoadOptions> = {}): string[] {
  try {
    expandJobs(loadScenario([{ file: 't.yaml', text }], { families, ...options }), { families });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(
      ({ file, line, path, message }) =>
        `${file}${line === undefined ? '' : `:${line}`} ${path ?? ''}: ${message.split(' ').slice(0, 4).join(' ')}`,
    );
  }
  return [];
}

describe('everything that is wrong is reported at once', () => {
  it('in sections of their own, in references and in objects', () => {
    const text = scenario(`  network: { balancr: Random }
  traffic: [{ name: a, to: nope, arrivals: poisson }]
  timeline: [{ at: 10s, scale: { deployment: foo, replicas: 2 } }]
  expect: ["bogus < 1"]
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec: { prts: [] }`);
    expect(problemsOf(text)).toEqual([
      't.yaml:6 spec.network.balancr: unknown field "balancr", expected',
      't.yaml:7 spec.traffic[0].to: there is no Service',
      't.yaml:8 spec.timeline[0].scale.deployment: there is no Deployment',
      't.yaml:9 spec.expect[0]: "bogus < 1": unknown',
      't.yaml:14 spec.prts: unknown field "prts" (did',
    ]);
  });

  it('and nothing about what a flawed part would have been', () => {
    const cluster = scenario(`  cluster: { nodePools: [{ name: node, cuont: 2 }] }
  timeline: [{ at: 10s, cordon: { node: node-1 } }]`);
    expect(problemsOf(cluster)).toEqual(['t.yaml:6 spec.cluster.nodePools[0].cuont: unknown field "cuont" (did']);
    const applied =
      scenario(`  timeline: [{ at: soon, apply: { apiVersion: v1, kind: Service, metadata: { name: later } } }]
  traffic: [{ name: a, to: later, arrivals: poisson }]`);
    expect(problemsOf(applied)).toEqual(['t.yaml:6 spec.timeline[0].at: expected a duration such']);
  });
});

describe('what an option says is reported at that option', () => {
  const text = scenario('  traffic: [{ name: a, to: web, arrivals: poisson }]') + WEB;

  it.each([
    [
      { set: ['spec.network.balancer=Foo'] },
      ['--set spec.network.balancer=Foo spec.network.balancer: unknown balancer "Foo", expected'],
    ],
    [
      { vary: ['spec.network.balancer=Foo,Random'] },
      ['--vary spec.network.balancer=Foo,Random spec.network.balancer: unknown balancer "Foo", expected'],
    ],
    [
      { vary: ['spec.network.balncer=Foo,Random'] },
      ['--vary spec.network.balncer=Foo,Random spec.network.balncer: unknown field "balncer", expected'],
    ],
    [
      { vary: ['Deployment/x:/spec/replicas=1,2'] },
      ['--vary Deployment/x:/spec/replicas=1,2 : there is no Deployment/default/x'],
    ],
    [{ vary: ['spec.warmup=1s,1s'] }, ['--vary spec.warmup=1s,1s spec.sweep[spec.warmup][1]: duplicate value 1s']],
    [{ bench: ['default', 'Foo'] }, ['--schedulers Foo spec.bench[1]: unknown scheduler "Foo", expected']],
    [{ duration: 'abc' }, ['--duration spec.duration: expected a duration such']],
  ])('%o', (options, problems) => {
    expect(problemsOf(text, options)).toEqual(problems);
  });

  it('and a value of an axis in the file at its line', () => {
    const swept = scenario(`  sweep:
    spec.network.balancer:
      - Random
      - Foo
    spec.warmup: [1s, x]`);
    expect(problemsOf(swept)).toEqual([
      't.yaml:9 spec.network.balancer: unknown balancer "Foo", expected',
      't.yaml:10 spec.warmup: expected a duration such',
    ]);
  });
});
