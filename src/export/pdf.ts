// The page of a report as PDF, printed by the Chromium of the machine.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { InputError } from '../lib/errors.ts';
import { findProgram } from './programs.ts';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'] as const;
const TIMEOUT_MS = 120_000;

/** The program's path: WAVETANK_CHROMIUM, or the first one on PATH. Throws an InputError where there is none. */
export function findChromium(): string {
  const { WAVETANK_CHROMIUM: named } = process.env;
  if (named !== undefined) {
    if (existsSync(named)) return named;
    throw new InputError({ file: named, message: 'no such program, which WAVETANK_CHROMIUM names' });
  }
  const found = findProgram(PROGRAMS);
  if (found !== undefined) return found;
  throw new InputError(
    '--format pdf: needs Chromium or Chrome, and there is none on PATH; WAVETANK_CHROMIUM may name one. A browser prints report.html as well',
  );
}

/** Throws an InputError where it cannot be printed. */
export function writePdf(program: string, page: string, file: string): void {
  const profile = mkdtempSync(join(tmpdir(), 'wavetank-chromium-'));
  try {
    const words = [
      '--headless',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      `--user-data-dir=${profile}`,
      // Root cannot have Chromium's own sandbox; the page is our own, and its policy loads nothing.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--no-pdf-header-footer',
      `--print-to-pdf=${resolve(file)}`,
      pathToFileURL(resolve(page)).href,
    ];
    const { error, status, stderr } = spawnSync(program, words, { encoding: 'utf8', timeout: TIMEOUT_MS });
    if (error !== undefined || status !== 0 || !isPdf(file)) {
      const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
      rmSync(file, { force: true });
      throw new InputError({ file: page, message: `${program} does not print it: ${why}` });
    }
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

function isPdf(file: string): boolean {
  if (!existsSync(file)) return false;
  const start = Buffer.alloc(5);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, start);
  closeSync(descriptor);
  return start.toString('latin1') === '%PDF-';
}
