// Charts of one job, drawn from made-up results that have something for each of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { charts } from '../../src/report/charts/index.ts';
import { readMarks } from '../../src/report/marks.ts';
import { readJob } from '../../src/report/read.ts';
import { toSvg } from '../../src/report/render.ts';
import { writeSynthetic } from '../../test/report/synthetic.ts';
import { jobCommands } from './commands.ts';
import type { GalleryChart } from './pages.ts';

/** Every chart of a job, or those that are named. Throws when one has no command in commands.ts, or draws nothing. */
export function jobCharts(names: readonly string[] = charts.members.map(({ name }) => name)): GalleryChart[] {
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-gallery-'));
  try {
    const job = readJob(writeSynthetic({}, join(folder, 'shop-zone-loss', 'seed-1')));
    const context = { job, marks: readMarks(job) };
    return names.map((name): GalleryChart => {
      const { summary } = charts.get(name);
      const drawing = charts.create(name, {}, context);
      const command = jobCommands[name];
      if (drawing === undefined)
        throw new Error(`chart ${name}: expected test/report/synthetic.ts to have rows for it`);
      if (command === undefined) throw new Error(`chart ${name}: expected a command in site/gallery/commands.ts`);
      return { name, group: 'Of one job', title: drawing.title, summary, svg: toSvg(drawing, name), command };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
