// QQ charts of a calibration as files. The libraries that draw them are large: they are loaded when there is something to draw.
import type { Calibration } from '../../sweep/calibrate/calibrate.ts';

export interface ChartFile {
  readonly name: string;
  readonly text: string | Uint8Array;
}

/** Of each Service an SVG, a PNG and a CSV. */
export async function qqFiles({ services }: Calibration, scenario: string): Promise<ChartFile[]> {
  if (services.length === 0) return [];
  const [{ qqChart }, { toPng, toSvg }, { dataCsv }] = await Promise.all([
    import('../../report/many/qq-chart.ts'),
    import('../../report/render.ts'),
    import('../../report/chart-data.ts'),
  ]);
  const files: ChartFile[] = [];
  for (const { service, count, pairs } of services) {
    const name = `qq-${service.replaceAll('/', '-')}`;
    const of = count === undefined ? '' : ` · ${count} measured`;
    const drawing = qqChart(`Durations of ${service}, measured and simulated`, `${scenario}, calibrated${of}`, pairs);
    const svg = toSvg(drawing, name);
    files.push({ name: `${name}.svg`, text: svg }, { name: `${name}.png`, text: await toPng(svg) });
    if (drawing.data !== undefined) files.push({ name: `${name}.csv`, text: dataCsv(drawing.data()) });
  }
  return files;
}
