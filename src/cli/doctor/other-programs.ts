// Programs and packages that only some verbs need: their absence is no problem.
import { spawnSync } from 'node:child_process';
import { findChromium } from '../../export/pdf.ts';
import { findProgram } from '../../export/programs.ts';
import { InputError } from '../../lib/errors.ts';
import { type Finding, note, ok } from './finding.ts';

const TIMEOUT_MS = 20_000;

export async function otherPrograms(): Promise<Finding[]> {
  return [kubectlFinding(), chromiumFinding(), await duckDbFinding()];
}

function kubectlFinding(): Finding {
  const path = findProgram(['kubectl']);
  const why = 'for `wavetank import cluster`, which reads what it prints';
  if (path === undefined)
    return note('kubectl', 'not on PATH', `Install it (https://kubernetes.io/docs/tasks/tools) ${why}.`);
  const { stdout, error } = spawnSync(path, ['version', '--client', '-o', 'json'], {
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
  });
  const version = /"gitVersion": *"([^"]+)"/.exec(stdout ?? '')?.[1];
  if (version === undefined)
    return note(
      'kubectl',
      `${path} does not say its version: ${error?.message ?? 'no answer'}`,
      `It is needed ${why}.`,
    );
  return ok('kubectl', `${version} (${path})`);
}

function chromiumFinding(): Finding {
  try {
    return ok('chromium', findChromium());
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return note(
      'chromium',
      'not found',
      'Install Chromium or Chrome for `wavetank export --format pdf`, or name it in WAVETANK_CHROMIUM; a browser prints report.html as well.',
    );
  }
}

async function duckDbFinding(): Promise<Finding> {
  const advice =
    'npm install @duckdb/node-api, for `wavetank export --format duckdb`; DuckDB reads --format parquet without it.';
  try {
    const { version } = await import('@duckdb/node-api');
    return ok('duckdb', version());
  } catch (error) {
    return note(
      'duckdb',
      (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND' ? 'not installed' : (error as Error).message,
      advice,
    );
  }
}
