// Recordings of a real control plane, replayed: every figure beside ours, with the spread of the runs and the tolerance.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Comparison } from './timelines/compare.ts';
import { fidelityDocument, sectionOf, tableOf } from './timelines/fidelity.ts';
import { type Recording, recordings } from './timelines/recording.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/fidelity.md', import.meta.url));
const written = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
const found = recordings().map((one) => [`${one.group}/${one.name}`, one] as const);
const comparisons = new Map<string, Comparison>();

function comparisonOf(name: string, recording: Recording): Comparison {
  const known = comparisons.get(name) ?? new Comparison(recording);
  comparisons.set(name, known);
  return known;
}

describe('timelines of a real control plane', () => {
  test.each(found)('%s', (name, recording) => {
    const comparison = comparisonOf(name, recording);
    process.stdout.write(`${tableOf(comparison)}\n`);
    const different = comparison.disagreeing.map(({ phase, figure, theirs, ours, tolerance }) => {
      return `${phase}: ${figure}: theirs ${theirs.join(' ')}, ours ${ours.join(' ')}, ${tolerance?.text ?? ''}`;
    });
    expect(different).toEqual([]);
  });
});

describe('docs/fidelity.md', () => {
  test('says what the recordings and the simulator say now (else run npm run fidelity)', () => {
    const all = found.map(([name, recording]) => comparisonOf(name, recording));
    if (process.env.WAVETANK_FIDELITY === 'write') {
      writeFileSync(DOCUMENT, fidelityDocument(all));
      return;
    }
    for (const comparison of all) {
      const section = sectionOf(comparison);
      const heading = section.slice(0, section.indexOf('\n'));
      // Recordings that are kept elsewhere are not in the document.
      if (written.includes(`${heading}\n`)) expect(written).toContain(section);
    }
    expect(written).toContain('## In short');
  });
});

describe('what is wrong is found', () => {
  const [, small] = found.find(([name]) => name.startsWith('scale-up/n50-')) ?? [];
  const [, rollout] = found.find(([name]) => name.startsWith('rollout/n10-25pct-25pct-ready5')) ?? [];
  const [, loss] = found.find(([name]) => name.startsWith('node-loss/1-of-10')) ?? [];
  const [, preemption] = found.find(([name]) => name.startsWith('disruption/preempt-')) ?? [];
  const [, autoscaled] = found.find(([name]) => name.startsWith('hpa/cpu-behavior-down30')) ?? [];
  const disagreeing = (recording: Recording, wrong: Partial<Recording>): string[] =>
    new Comparison({ ...recording, ...wrong }).disagreeing.map(({ figure }) => figure);

  test.skipIf(small === undefined)('a client limit that is too low', () => {
    if (small === undefined) return;
    const flags = { 'kube-controller-manager': ['--kube-api-qps=10'] };
    expect(disagreeing(small, { setup: { ...small.setup, flags } })).toContain('created, last');
  });

  test.skipIf(rollout === undefined)('another strategy', () => {
    if (rollout === undefined) return;
    const manifest = rollout.manifest.replace(
      '  replicas:',
      '  strategy: { rollingUpdate: { maxSurge: 1 } }\n  replicas:',
    );
    expect(disagreeing(rollout, { manifest })).toEqual(expect.arrayContaining(['max surge', 'step 2 to', 'complete']));
  });

  test.skipIf(preemption === undefined)('a priority that is not higher', () => {
    if (preemption === undefined) return;
    const manifest = preemption.manifest.replace('value: 1000', 'value: 100');
    expect(disagreeing(preemption, { manifest })).toEqual(expect.arrayContaining(['pods deleting', 'Preempted']));
  });

  test.skipIf(autoscaled === undefined)('another window of an autoscaler', () => {
    if (autoscaled === undefined) return;
    const manifest = autoscaled.manifest.replace('Seconds: 30', 'Seconds: 45');
    expect(disagreeing(autoscaled, { manifest })).toEqual(expect.arrayContaining(['step 1 at']));
  });

  test.skipIf(loss === undefined)('a shorter grace period of nodes', () => {
    if (loss === undefined) return;
    const flags = { 'kube-controller-manager': ['--node-monitor-grace-period=40s'] };
    const [node] = Object.keys(loss.runs[0].summary.last_lease_renewal_t ?? {});
    expect(disagreeing(loss, { setup: { ...loss.setup, flags } })).toContain(`${node}: last renewal to Unknown`);
  });
});
