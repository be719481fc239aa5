// The guide of faults: every scenario fragment in it is read, and names every fault that there is.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadScenario } from '../../src/scenario/load.ts';
import { familySchemas } from '../../src/world/families.ts';
import { deployment, scenarioOf, service } from '../support/manifests.ts';
import { families } from '../support/world-rig.ts';

const guide = readFileSync(fileURLToPath(new URL('../../docs/guides/faults.md', import.meta.url)), 'utf8');
const fragments = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);

describe('the guide of faults', () => {
  it.each(fragments)('reads fragment %#', (fragment) => {
    const spec = fragment
      .trimEnd()
      .split('\n')
      .map((line) => `  ${line}`)
      .join('\n');
    const head = `  duration: 1h
  cluster: { nodePools: [{ name: node, count: 6, zones: [a, b], labels: { topology.kubernetes.io/rack: r7 } }] }
  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 1/s } } }]
`;
    const text = scenarioOf(head + spec) + deployment('web', { container: 'main' }) + service('web');
    const read = (): { file: string; text: string } => ({
      file: 'outages.csv',
      text: 'node,start,end,cause\nx,0,60,Hardware\n',
    });
    const { scenario } = loadScenario([{ file: 'test.yaml', text }], {
      families: familySchemas(families),
      readFile: read,
    });
    expect(scenario.timeline.length + scenario.faults.length).toBeGreaterThan(0);
  });

  it('names every fault', () => {
    for (const { name } of families.faults.members) expect(guide).toContain(name);
  });
});
