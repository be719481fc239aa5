// The browser of the machine, if it has one: what a reader opens the report with.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The program's path; WAVETANK_CHROMIUM names another one. Says on standard output when there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env['WAVETANK_CHROMIUM'];
  const found = [...(named === undefined ? [] : [named]), ...PLACES].find((path) => existsSync(path));
  if (found === undefined) process.stdout.write('no Chromium here: the report is not opened in a browser\n');
  return found;
}

/** A browser without a network. Root cannot have Chromium's own sandbox. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const args = ['--disable-gpu', '--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath, args });
}
