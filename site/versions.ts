// The reference of earlier versions, as their tags have it.
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';

/** The generated pages of a version: Markdown by name. */
export interface VersionedReference {
  readonly version: string;
  readonly pages: ReadonlyMap<string, string>;
}

const FOLDER = 'docs/reference';

/**
 * Of each tag `v1.2.3` of the repository but that of `current`, the newest first. None where tags were not fetched, or the files
 * are in no repository.
 */
export function taggedReferences(repository: string, current: string): VersionedReference[] {
  const git = (...args: string[]): string => {
    const { status, stdout } = spawnSync('git', args, { cwd: repository, encoding: 'utf8', maxBuffer: 1 << 28 });
    return status === 0 ? stdout : '';
  };
  const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
  return lines(git('tag', '--list', 'v[0-9]*', '--sort=-version:refname'))
    .map((tag) => ({ tag, version: tag.slice(1) }))
    .filter(({ version }) => version !== current)
    .map(({ tag, version }) => {
      const files = lines(git('ls-tree', '--name-only', tag, `${FOLDER}/`)).filter((file) => file.endsWith('.md'));
      return { version, pages: new Map(files.map((file) => [basename(file, '.md'), git('show', `${tag}:${file}`)])) };
    })
    .filter(({ pages }) => pages.size > 0);
}
