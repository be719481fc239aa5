// Which files of the repository become pages, where each page is, and in which section.
import { existsSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { course } from './course.ts';

export interface Source {
  /** From the folder of the project. */
  readonly file: string;
  /** From the folder of the site. */
  readonly path: string;
  readonly section: string;
}

const named = (folder: string, extension: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .sort();

/** Pages that stand alone, in the order of the navigation. */
const EVIDENCE = [
  ['docs/fidelity.md', 'fidelity.html'],
  ['docs/theory.md', 'theory.html'],
  ['docs/performance.md', 'performance.html'],
  ['docs/sampled.md', 'sampled.html'],
] as const;
const PROJECT = [
  ['ARCHITECTURE.md', 'architecture.html'],
  ['CONTRIBUTING.md', 'contributing.html'],
  ['CHANGELOG.md', 'changelog.html'],
  ['bench/README.md', 'benchmarks.html'],
  ['test/golden/README.md', 'golden-records.html'],
  ['README.md', 'readme.html'],
  ['LICENSE', 'license.html'],
] as const;

export const guidePath = (name: string): string => `guides/${name}.html`;

/** Every page that is made of a file. Throws when a guide is not in the course, or the course names one that is not there. */
export function sources(version: string): Source[] {
  const guides = named('docs/guides', '.md');
  const taught = course.flatMap((part) => part.guides);
  const amiss = [...guides.filter((one) => !taught.includes(one)), ...taught.filter((one) => !guides.includes(one))];
  if (amiss.length > 0) {
    throw new Error(`site/course.ts: expected every guide of docs/guides once, see ${[...new Set(amiss)].join(', ')}`);
  }
  return [
    ...course.flatMap(({ title, guides: own }) =>
      own.map((name) => ({ file: `docs/guides/${name}.md`, path: guidePath(name), section: title })),
    ),
    ...named('docs/reference', '.md').map((name) => ({
      file: `docs/reference/${name}.md`,
      path: `reference/${version}/${name}.html`,
      section: 'Reference',
    })),
    ...EVIDENCE.map(([file, path]) => ({ file, path, section: 'How far to trust it' })),
    ...PROJECT.map(([file, path]) => ({ file, path, section: 'Project' })),
    ...named('docs/decisions', '.md').map((name) => ({
      file: `docs/decisions/${name}.md`,
      path: `decisions/${name}.html`,
      section: 'Decisions',
    })),
    ...named('scenarios', '.yaml').map((name) => ({
      file: `scenarios/${name}.yaml`,
      path: `scenarios/${name}.html`,
      section: 'Scenarios',
    })),
  ];
}

/** Folders that pages link to, by the page that lists what is in them. */
const FOLDERS: Readonly<Record<string, string>> = {
  scenarios: 'scenarios/index.html',
  'docs/decisions': 'decisions/index.html',
  'docs/guides': 'index.html',
};

/** Pictures go into one folder. */
const pictured = (file: string): string | undefined =>
  file.startsWith('docs/images/') ? file.replace('docs/', '') : undefined;

export type Resolve = (href: string) => string;

/** What a link within a file leads to, from the file's own page. Throws when that is no page of the site. */
export function resolver(from: Source, all: readonly Source[]): Resolve {
  const pages = new Map(all.map(({ file, path }) => [file, path]));
  return (href) => {
    if (/^(?:[a-z]+:|#)/.test(href)) return href;
    const [target, fragment] = href.split('#');
    const file = posix.normalize(posix.join(posix.dirname(from.file), decodeURI(target))).replace(/\/$/, '');
    const path = pages.get(file) ?? FOLDERS[file] ?? pictured(file);
    if (path === undefined || !existsSync(file)) throw new Error(`${from.file}: ${href} leads to no page of the site`);
    return relativeTo(from.path, path) + (fragment === undefined ? '' : `#${fragment}`);
  };
}

/** The way from one page to another, both from the folder of the site. */
export function relativeTo(page: string, target: string): string {
  return posix.relative(posix.dirname(page), target);
}
