// docs/guides/mesh.md: its table says what the proxies of each place do.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { meshPlaces, placeDefaults } from '../../src/model/settings/mesh.ts';

const guide = readFileSync('docs/guides/mesh.md', 'utf8');

it.each(meshPlaces)('says what a %s does', (place) => {
  const { balancer, work } = placeDefaults[place];
  const row = guide.split('\n').find((line) => line.startsWith(`| \`${place}\` |`));
  expect(row).toContain(`\`${balancer}\``);
  expect(row).toMatch(new RegExp(`\\| ${work} \\|$`));
});
