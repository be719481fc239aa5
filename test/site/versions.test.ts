// Earlier versions of the reference come from the tags of a repository.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { taggedReferences } from '../../site/versions.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-versions-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const identity = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b' };
const git = (...args: string[]): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...identity } });

it('reads each tag but that of this version, the newest first', () => {
  expect(taggedReferences(root, '0.11.0')).toEqual([]);
  git('init', '--quiet');
  mkdirSync(join(root, 'docs/reference'), { recursive: true });
  for (const version of ['0.9.0', '0.10.0', '0.11.0']) {
    writeFileSync(join(root, 'docs/reference/csv.md'), `# ${version}\n`);
    git('add', '--all');
    git('commit', '--quiet', '--message', version);
    git('tag', `v${version}`);
  }
  const read = taggedReferences(root, '0.11.0').map(({ version, pages }) => [version, ...pages]);
  expect(read).toEqual([
    ['0.10.0', ['csv', '# 0.10.0\n']],
    ['0.9.0', ['csv', '# 0.9.0\n']],
  ]);
});
