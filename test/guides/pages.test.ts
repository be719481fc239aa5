// Every page of the documentation: tables have a head and as many cells in each row, and links lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const below = readdirSync('docs', { recursive: true, encoding: 'utf8' });
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', ...below.map((name) => join('docs', name))].filter(
  (name) => name.endsWith('.md'),
);

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, 'code');

/** Blocks of lines that begin with a bar. */
const tablesOf = (text: string): string[][] =>
  withoutCode(text)
    .split(/\n(?!\|)/)
    .map((part) => part.split('\n').filter((line) => line.startsWith('|')))
    .filter((lines) => lines.length > 0);

const cells = (row: string): number => row.match(/(?<!\\)\|/g)?.length ?? 0;

it.each(pages)('%s', (page) => {
  const text = readFileSync(page, 'utf8');
  for (const table of tablesOf(text)) {
    expect(table[1], table[0]).toMatch(/^\|[\s:|-]+\|$/);
    expect(table.filter((row) => cells(row) !== cells(table[0]))).toEqual([]);
  }
  const links = [...withoutCode(text).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);
  const files = links.filter((target) => !target.includes('://'));
  expect(files.filter((target) => !existsSync(join(dirname(page), target)))).toEqual([]);
});

it('finds a table without a head', () => {
  expect(tablesOf('a\n\n| b | c |\n| - | - |\n| d | e |\n\n| f | g |\n').map((table) => table.length)).toEqual([3, 1]);
});

it('README leads to every guide', () => {
  const readme = readFileSync('README.md', 'utf8');
  const guides = readdirSync('docs/guides').filter((name) => !readme.includes(`docs/guides/${name}`));
  expect(guides).toEqual([]);
});
