// Folders of results in which a file is not what wavetank wrote: every verb that reads them says so, or goes without it.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wavetank } from '../support/command.ts';
import { deployment, scenario, service } from '../support/manifests.ts';
import type { Finding } from './attack-readers.ts';
import { mutated, randomOf } from './mutate.ts';

/** Commands that read a folder of results, the quick ones first. */
export const COMMANDS: readonly (readonly string[])[] = [
  ['status', 'results'],
  ['compare', 'results/test:web.replicas=1', 'results/test:web.replicas=2', '--out', 'compared', '--no-report'],
  ['export', 'results/test', '--format', 'openmetrics,markdown,latex,perfetto,ro-crate', '--out', 'exported'],
  ['report', 'results/test', '--no-png', '--out', 'pages'],
  ['reproduce', 'results/test'],
  ['merge', 'results', '--no-report'],
];

const SWEEP = `${scenario(2, '  duration: 20s\n  traffic: [{ name: users, to: web, arrivals: { poisson: { rate: 5/s } }, start: 10s }]\n  sweep: { "Deployment/web:/spec/replicas": [1, 2] }')}${deployment('web')}${service('web')}`;

/** A sweep of two jobs in `root`, to be mutated. */
export async function makeResults(root: string): Promise<void> {
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'sweep.yaml'), SWEEP);
  const { status, stderr } = await wavetank(['sweep', 'sweep.yaml', '--no-report'], root);
  if (status !== 0) throw new Error(stderr);
}

/** Files of JSON and those that every reader begins with come first. */
export function filesOf(root: string): string[] {
  const names = readdirSync(join(root, 'results'), { recursive: true, withFileTypes: true });
  return names
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name).slice(root.length + 1))
    .sort((a, b) => Number(b.endsWith('.json')) - Number(a.endsWith('.json')) || (a < b ? -1 : 1));
}

/** One mutation of one of the files, and what a command makes of it; undefined where that is well. */
export async function attackFolder(
  root: string,
  seed: string,
  files: readonly string[],
  commands: readonly (readonly string[])[],
): Promise<Finding | undefined> {
  const random = randomOf(seed);
  const file = files[Math.floor(random() * files.length)];
  const command = commands[Math.floor(random() * commands.length)];
  const text = mutated(readFileSync(join(root, file), 'utf8'), random);
  const copy = join(root, '.copy');
  cpSync(join(root, 'results'), join(copy, 'results'), { recursive: true });
  cpSync(join(root, 'sweep.yaml'), join(copy, 'sweep.yaml'));
  writeFileSync(join(copy, file), text);
  try {
    const { status, stderr } = await wavetank(command, copy);
    const well =
      status === 0 ||
      status === 1 ||
      (status === 2 && stderr.trim() !== '' && !/\n\s+at |\bundefined\b|\[object /.test(stderr));
    if (well) return undefined;
    return {
      reader: `wavetank ${command.join(' ')} (${file})`,
      seed,
      message: `exit code ${status}: ${stderr}`,
      files: { [file.replaceAll('/', '-')]: text },
    };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
