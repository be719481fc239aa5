// `npm run check`: every static check, one line each, all of them run even when one fails.
import { spawnSync } from 'node:child_process';

const checks = [
  ['format', 'biome', ['format', '.']],
  ['types', 'tsc', ['--noEmit']],
  ['page', 'tsc', ['--noEmit', '--project', 'tsconfig.page.json']],
  ['lint', 'oxlint', ['--type-aware', '--deny-warnings', 'src', 'test', 'bench', 'scripts', 'site']],
  ['layers', 'node', ['scripts/layers.mjs']],
  ['unused', 'knip', ['--no-progress']],
];
let failed = 0;
for (const [name, command, args] of checks) {
  const started = performance.now();
  const result = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, FORCE_COLOR: '0' },
  });
  const ok = result.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(8)} ${((performance.now() - started) / 1000).toFixed(1)} s`);
  if (!ok) {
    failed += 1;
    console.log(`${result.stdout}${result.stderr}${result.error ? String(result.error) : ''}`.trimEnd());
  }
}
process.exit(failed === 0 ? 0 : 1);
