// Folders of results with a hostile file: `npm run validate:readers` tries thousands.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wavetank } from '../support/command.ts';
import { attackFolder, COMMANDS, filesOf, makeResults } from './folders.ts';

const COUNT = 40;
const QUICK = 3;

const root = mkdtempSync(join(tmpdir(), 'wavetank-hostile-'));
beforeAll(() => makeResults(root));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it.each(COMMANDS.slice(0, QUICK))('wavetank %s reads the folder as it is', async (...command) => {
  expect(
    await wavetank(
      command.filter((word) => typeof word === 'string'),
      root,
    ),
  ).toMatchObject({ status: 0 });
});

it(`verbs say what is wrong with ${COUNT} of them`, async () => {
  const files = filesOf(root);
  expect(files.filter((file) => file.endsWith('.json'))).not.toEqual([]);
  const findings = [];
  for (let index = 0; index < COUNT; index += 1) {
    findings.push(await attackFolder(root, `1/${index}`, files, COMMANDS.slice(0, QUICK)));
  }
  expect(findings.filter((one) => one !== undefined)).toEqual([]);
});
