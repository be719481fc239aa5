// A hundred random scenarios are right, twice the same bytes, and bugs that are planted are found among a hundred and shrunk.
import { describe, expect, it } from 'vitest';
import { assert } from '../../src/lib/assert.ts';
import { family } from '../../src/lib/family.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { membersOf } from './faults.ts';
import { describeFinding, fuzz, refusal, scenarioAt } from './fuzz.ts';
import { planted } from './planted.ts';
import { length, yamlOf } from './scenarios.ts';

const COUNT = 100;
const SEED = 2;
const LOADED = 40;
/** Its first scenario loses a zone, and is short. */
const ZONE_SEED = 154;

it(`${COUNT} random scenarios keep all invariants, and are the same bytes again`, { timeout: 300_000 }, () => {
  const finding = fuzz(COUNT, SEED);
  expect(finding === undefined ? '' : describeFinding(finding)).toBe('');
});

it('makes scenarios that load, with everything that may be in one', () => {
  const texts = Array.from({ length: LOADED }, (_, index) => yamlOf(scenarioAt(SEED, index)));
  expect(texts.flatMap((text) => refusal(text) ?? [])).toEqual([]);
  const all = texts.join('');
  for (const part of ['dns:', 'connections:', 'policies:', 'messageQueues:', 'users:', 'classes:', 'cache:', 'keys:'])
    expect(all).toContain(part);
  for (const part of ['broker:', 'publishes:', 'cron:', 'mmpp:', 'workloadRef:']) expect(all).toContain(part);
  for (const part of ['gateway:', 'tracing:', 'kind: NetworkPolicy', 'kind: Experiment', 'kind: Rollout', 'kind: Job'])
    expect(all).toContain(part);
});

it('finds a planted bug, shrinks what shows it, and says how to see it again', () => {
  const { faults } = builtInFamilies;
  const broken = family(
    faults.name,
    faults.summary,
    faults.members.map((member) =>
      member.name === 'ZoneOutage'
        ? { ...member, create: () => ({ fire: () => assert(false, 'the planted bug') }) }
        : member,
    ),
  );
  const finding = fuzz(COUNT, ZONE_SEED, { families: { ...builtInFamilies, faults: broken } });
  expect(finding?.message).toContain('the planted bug');
  expect(finding?.yaml).toContain('ZoneOutage');
  // Whatever does not matter is gone.
  expect(finding?.yaml).not.toMatch(/controlPlane|kubelet:|traffic|readinessProbe|PodDisruptionBudget/);
  expect(describeFinding(finding ?? { message: '', yaml: '', seed: ZONE_SEED, index: 0 })).toMatch(
    /npm run fuzz -- --seed 154 --from \d+ --count 1/,
  );
});

describe(`among ${COUNT} scenarios is one that shows`, () => {
  it.each(planted)('$name', ({ plant, says, seed = SEED }) => {
    const finding = fuzz(COUNT, seed, { onWorld: plant, unshrunk: true });
    expect(finding?.message).toMatch(says);
  });
});

it('makes every fault of the family', () => {
  expect(membersOf(length).left).toEqual([]);
});
