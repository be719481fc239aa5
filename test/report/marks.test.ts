// What the catalogue says that the report marks, it marks.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { markReasons } from '../../src/metrics/catalogue.ts';
import { readMarks } from '../../src/report/marks.ts';
import { readJob } from '../../src/report/read.ts';
import { writeSynthetic } from './synthetic.ts';

const root = mkdtempSync(join(tmpdir(), 'wavetank-marks-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const folder = writeSynthetic({ minutes: 1, nodes: 1 }, join(root, 'job'));
const file = join(folder, 'events.csv');
const header = readFileSync(file, 'utf8').split('\n')[0];

/** What becomes of something that never began is nothing to mark. */
const ENDS: ReadonlySet<string> = new Set([
  'FaultEnded',
  'SpotTerminated',
  'RolloutComplete',
  'RolloutCompleted',
  'RolloutAborted',
  'ProgressDeadlineExceeded',
]);

it.each(Object.entries(markReasons).flatMap(([source, reasons]) => reasons.map((reason) => [source, reason])))(
  '%s: %s',
  (source, reason) => {
    writeFileSync(file, `${header}\n`);
    // The first leader of all is no change.
    const said = reason === 'LeaderElection' ? 'a became leader' : 'something';
    if (reason === 'LeaderElection') appendFileSync(file, `5,Normal,${reason},Node,,x,${said},${source}\n`);
    appendFileSync(file, `10,Normal,${reason},Node,,x,${said},${source}\n`);
    appendFileSync(file, `10,Normal,${reason},Node,,x,something,somebody-else\n`);
    expect(readMarks(readJob(folder)).length).toBe(ENDS.has(reason) ? 0 : 1);
  },
);
