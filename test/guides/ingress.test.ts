// docs/guides/ingress.md: its table says what each kind of proxy does.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { gatewayKinds, kindDefaults } from '../../src/model/settings/gateway.ts';

const guide = readFileSync('docs/guides/ingress.md', 'utf8');

it.each(gatewayKinds)('says what %s does', (kind) => {
  const { controller, balancer, balancesByWorker, tries, retryOn } = kindDefaults[kind];
  const row = guide.split('\n').find((line) => line.startsWith(`| \`${kind}\` |`));
  const after = retryOn.length === 0 ? '' : `, ${retryOn.join(' and ')}`;
  expect(row).toContain(
    `| \`${controller}\` | \`${balancer}\`${balancesByWorker ? ', by worker' : ''} | ${tries}${after} |`,
  );
});
