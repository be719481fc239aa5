// docs/guides/many-machines.md: its manifests are valid, its shell lines run, and what its shards leave is merged.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle, wavetank } from '../support/command.ts';
import { bytesBelow } from '../support/bytes.ts';
import { readGuide, words, writeFiles } from './guide.ts';

const guide = readGuide('docs/guides/many-machines.md');
const folder = mkdtempSync(join(tmpdir(), 'wavetank-many-machines-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = (name: string) => guide.files.get(name) ?? '';

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix: { readonly shard: readonly number[] } };
        readonly steps: readonly { readonly run?: string }[];
      }
    >
  >;
}

beforeAll(() => {
  writeFiles(guide, folder);
  mkdirSync(join(folder, 'bin'));
  const program = join(folder, 'bin/wavetank');
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bundle}' "$@"\n`);
  chmodSync(program, 0o755);
});

/** As the machine's shell runs it. */
function shell(script: string, environment: Readonly<Record<string, string>>) {
  const path = `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`;
  return spawnSync('sh', ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment, PATH: path },
  });
}

describe('many machines', { timeout: 120_000 }, () => {
  it.each(['job.yaml', 'queue.yaml'])('%s is valid', async (file) => {
    const { status, stderr } = await wavetank(['validate', file], folder);
    expect([status, stderr]).toEqual([0, '']);
  });

  it('has shards that are merged', async () => {
    for (const command of guide.commands) {
      const { status, stderr } = await wavetank([...words(command).slice(1), '--no-report'], folder);
      expect([command, status, stderr]).toEqual([command, 0, '']);
    }
    expect(existsSync(join(folder, 'results/timeouts/jobs.csv'))).toBe(true);
  });

  it('has a workflow whose lines leave the same', async () => {
    const { jobs } = load(text('sweep.yml')) as Workflow;
    const lines = (job: string) =>
      jobs[job].steps.flatMap(({ run }) => (run?.includes('wavetank') === true ? [run] : []));
    for (const shard of jobs['shard'].strategy?.matrix.shard ?? []) {
      const [line] = lines('shard').map((one) => one.replace('${{ matrix.shard }}', String(shard)));
      const place = ['--out', `parts/part-${shard}`];
      const [, , ...given] = words(line.replace(/--out \S+/, ''));
      expect((await wavetank([...given, ...place], folder)).status).toBe(0);
    }
    const [merge] = lines('merge');
    const { status } = await wavetank([...words(merge).slice(2, -1), 'ci', '--no-report'], folder);
    expect(status).toBe(0);
    expect(bytesBelow(join(folder, 'ci'))).toEqual(bytesBelow(join(folder, 'results')));
  });

  it('has the first shard of an array of Slurm, and that of an Indexed Job', () => {
    const slurm = shell(text('sweep.sbatch'), { SLURM_ARRAY_TASK_ID: '1', RESULTS: 'slurm' });
    expect([slurm.status, slurm.stderr]).toEqual([0, '']);
    expect(existsSync(join(folder, 'slurm/timeouts/shard-1-of-2.json'))).toBe(true);
    const [, script] = /args: \["(wavetank sweep .*)"\]/.exec(text('job.yaml')) ?? [];
    const indexed = shell(script.replace('/results', 'indexed'), { JOB_COMPLETION_INDEX: '7' });
    expect([indexed.status, indexed.stderr]).toEqual([0, '']);
    expect(existsSync(join(folder, 'indexed/timeouts/shard-8-of-8.json'))).toBe(true);
  });
});
