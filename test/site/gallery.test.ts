// The gallery has every chart of a job, and each command names a scenario that is packaged.
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { jobCommands, manyCommands } from '../../site/gallery/commands.ts';
import { galleryPages } from '../../site/gallery/pages.ts';
import { charts } from '../../src/report/charts/index.ts';

it('has a command for every chart, and for no other', () => {
  expect(Object.keys(jobCommands).toSorted()).toEqual(charts.members.map(({ name }) => name).toSorted());
});

it.each([...new Set([...Object.values(jobCommands), ...manyCommands.map(({ command }) => command)])])(
  '%s',
  (command) => {
    const [program, , scenario] = command.split(' ');
    expect(program).toBe('wavetank');
    expect(existsSync(`scenarios/${scenario}.yaml`)).toBe(true);
  },
);

it('has a dark picture of each chart beside the light one', () => {
  const svg = '<svg width="960" height="540"><rect fill="#ffffff"/><text fill="#1f2933">A</text></svg>';
  const chart = { name: 'a', group: 'Of one job', title: 'A', summary: 'A.', svg, command: 'wavetank run hello' };
  const { files } = galleryPages([chart]);
  expect(files.get('gallery/a.svg')).toBe(svg);
  expect(files.get('gallery/a.dark.svg')).toContain('<rect fill="#161b21"/><text fill="#e6eaef">');
});
