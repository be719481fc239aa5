// docs/reference/cli.md says what every verb says of itself, however wide the terminal is.
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cliReference } from '../../src/cli/reference.ts';

it('the reference is fresh (else run npm run build and node scripts/generate-cli-reference.mjs)', () => {
  const check = spawnSync(process.execPath, ['scripts/generate-cli-reference.mjs', '--check'], { encoding: 'utf8' });
  expect([check.stderr, check.status]).toEqual(['', 0]);
});

it('reads options, choices, defaults and wrapped lines', async () => {
  const whole =
    'wavetank <command>\n\nSimulates.\n\nCommands:\n  wavetank mix <files..>  Mix\n\nOptions:\n      --version  Show\n\nExit codes: 0 success,\n1 failure.\n';
  const verb = [
    'wavetank mix <files..>\n\nMix things\n\nPositionals:\n  files  a or | b               [array] [required] [default: []]\n',
    'Options:\n      --version  Show version number  [boolean]\n  -o, --output   how it is printed, in a long',
    '                 sentence',
    '                  [choices: "table", "json"] [default: "table"]\n  -h, --help     Show help  [boolean]\n',
    'Examples:\n  # one\n  wavetank mix a\n',
  ].join('\n');
  const text = await cliReference((words) => Promise.resolve(words.length === 0 ? whole : verb));
  expect(text).toContain('| `files` | array, required |  | a or \\| b |');
  expect(text).toContain(
    '| `-o, --output` | choices: "table", "json" | `"table"` | how it is printed, in a long sentence |',
  );
  expect(text).toContain('```sh\n# one\nwavetank mix a\n```');
  expect(text).toContain('\n\nExit codes: 0 success, 1 failure.\n\n');
});
