// A hundred random scenarios are right, and a bug that is planted is found and shrunk.
import { expect, it } from 'vitest';
import { assert } from '../../src/lib/assert.ts';
import { family } from '../../src/lib/family.ts';
import { builtInFamilies } from '../../src/world/families.ts';
import { describeFinding, fuzz } from './fuzz.ts';

const COUNT = 100;
const SEED = 2;

it(`${COUNT} random scenarios keep all invariants`, () => {
  const finding = fuzz({ count: COUNT, seed: SEED });
  expect(finding === undefined ? '' : describeFinding(finding, SEED)).toBe('');
});

it('finds a planted bug, shrinks what shows it, and says how to see it again', () => {
  const { faults } = builtInFamilies;
  const planted = family(
    faults.name,
    faults.summary,
    faults.members.map((member) =>
      member.name === 'ZoneOutage'
        ? { ...member, create: () => ({ fire: () => assert(false, 'the planted bug') }) }
        : member,
    ),
  );
  const finding = fuzz({ count: COUNT, seed: SEED, families: { ...builtInFamilies, faults: planted } });
  expect(finding?.message).toContain('the planted bug');
  expect(finding?.yaml).toContain('ZoneOutage');
  // Whatever does not matter is gone.
  expect(finding?.yaml).not.toMatch(/controlPlane|kubelet:|traffic|readinessProbe|PodDisruptionBudget/);
  expect(describeFinding(finding ?? { message: '', yaml: '', after: 0 }, SEED)).toMatch(
    /npm run fuzz -- --count \d+ --seed 2/,
  );
});
