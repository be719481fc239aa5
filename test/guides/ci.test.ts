// docs/guides/ci.md: its commands run, and so do those of the pipelines that it shows.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { scenarioOf } from '../support/manifests.ts';
import { readGuide } from './guide.ts';

const guide = readGuide('docs/guides/ci.md');
const folder = mkdtempSync(join(tmpdir(), 'wavetank-ci-guide-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeAll(() => {
  mkdirSync(join(folder, 'scenarios'));
  writeFileSync(
    join(folder, 'scenarios/nodes.yaml'),
    scenarioOf('  duration: 1m\n  cluster: { nodePools: [{ name: node, count: 2 }] }\n  expect: [nodes.ready == 2]'),
  );
});

it('has pipelines of five lines whose command is that of the guide', () => {
  const [github = '', gitlab = ''] = ['scenarios.yml', 'gitlab-ci.yml'].map(
    (name) => [...guide.files].find(([file]) => file.endsWith(name))?.[1],
  );
  const action = load(github) as { jobs: { scenarios: { steps: { run?: string }[] } } };
  const job = load(gitlab) as { scenarios: { script: string[]; artifacts: { reports: { junit: string } } } };
  const commands = [...action.jobs.scenarios.steps.flatMap(({ run }) => run ?? []), ...job.scenarios.script];
  expect(commands).toEqual([
    'npx --yes wavetank test scenarios/',
    `npx --yes wavetank test scenarios/ --junit ${job.scenarios.artifacts.reports.junit}`,
  ]);
  for (const text of [github, gitlab]) expect(text.trim().split('\n').length).toBeLessThanOrEqual(6);
});

it.each(guide.commands)('%s', async (command) => {
  const { status, stdout } = await wavetank(command.split(' ').slice(1), folder);
  expect(status).toBe(0);
  expect(stdout).toContain('1 of 1 scenario pass, 1 of 1 test hold');
  if (command.includes('--junit'))
    expect(readFileSync(join(folder, 'junit.xml'), 'utf8')).toContain('tests="1" failures="0"');
});
