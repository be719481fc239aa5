import * as fc from 'fast-check';
import { writeFileSync } from 'node:fs';
import { loadScenario } from '../../src/scenario/load.ts';
import { expandJobs } from '../../src/scenario/expand.ts';
import { builtInFamilies, familySchemas } from '../../src/world/families.ts';
import { runJob } from '../../src/world/run.ts';
import { fuzzed, yamlOf } from './scenarios.ts';
class Loop extends Error {}
const streamOf = (seed: number, index: number) => (Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
const seed = Number(process.argv[2]);
const from = Number(process.argv[3]);
const count = Number(process.argv[4]);
const families = builtInFamilies;
const schemas = familySchemas(families);
for (let index = from; index < from + count; index += 1) {
  let text = '';
  fc.check(
    fc.property(fuzzed, (s) => {
      text = yamlOf(s);
    }),
    { numRuns: 1, seed: streamOf(seed, index), unbiased: index % 2 === 1 },
  );
  const kinds = new Map<string, number>();
  try {
    const loaded = loadScenario([{ file: 'fuzz.yaml', text }], { families: schemas });
    if (loaded.scenario.preset !== 'ideal') continue;
    const [job] = expandJobs(loaded, { families: schemas });
    runJob(job, {
      families,
      check: false,
      onWorld({ engine }) {
        let second = -1,
          events = 0;
        engine.observe((t, k) => {
          const n = Math.floor(t / 1e6);
          if (n !== second) {
            events = 0;
            kinds.clear();
          }
          second = n;
          events += 1;
          kinds.set(k, (kinds.get(k) ?? 0) + 1);
          if (events > 100_000) throw new Loop();
        });
      },
    });
  } catch (e) {
    if (e instanceof Loop || (e as Error).cause instanceof Loop) {
      console.log(
        index,
        [...kinds]
          .sort((a, b) => b[1] - a[1])
          .slice(0, 8)
          .map(([k, n]) => `${n} ${k}`)
          .join(', '),
      );
      writeFileSync(`/tmp/views-x/loop-${seed}-${index}.yaml`, text);
    }
  }
}
