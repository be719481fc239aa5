// The hash by which results know their scenario: of everything that decides what happens, however it was written.
import { contentHash } from './hash.ts';
import { objectId } from './objects.ts';
import type { Scenario, ScenarioObject } from './scenario.ts';

/** Without the name, the seeds, the sweep, the bench, the objectives, the chaos, the expectations and all places. */
export function scenarioHash(
  scenario: Scenario,
  objects: readonly ScenarioObject[],
  nodes: readonly ScenarioObject[],
): string {
  const {
    name: _name,
    seed: _seed,
    seeds: _seeds,
    sweep: _sweep,
    bench: _bench,
    objectives: _objectives,
    chaos: _chaos,
    expect: _expect,
    ...content
  } = scenario;
  const plain = JSON.parse(
    JSON.stringify(content, (key, value: unknown) => {
      if (key === 'place' || key === 'manifest') return undefined;
      return value === Number.POSITIVE_INFINITY ? 'unlimited' : value;
    }),
  ) as unknown;
  const bare = (list: readonly ScenarioObject[]) =>
    list
      .map(({ object, manifest, found }) => (found === true ? (manifest ?? object) : object))
      .sort((a, b) => (objectId(a) < objectId(b) ? -1 : 1));
  return contentHash({ content: plain, objects: bare(objects), nodes: bare(nodes) });
}
