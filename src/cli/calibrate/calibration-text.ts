// How a calibration is printed.
import type { Calibration } from '../../sweep/calibrate/calibrate.ts';
import { type ParameterRow, parameterRows } from '../../sweep/calibrate/parameter-rows.ts';
import { colors } from '../colors.ts';
import { wrap } from '../lines.ts';
import { table } from '../table.ts';

export function calibrationText(calibration: Calibration, width: number): string {
  const { bold } = colors(process.stdout);
  const rows = parameterRows(calibration).map((row) => [
    row.of,
    row.parameter,
    shown(row, row.value),
    bounds(row),
    row.measured === undefined ? '?' : String(row.measured),
  ]);
  const lines = [table(['of', 'parameter', 'fitted', '95 % interval', 'measured'], rows, [2, 4])];
  if (calibration.services.length > 0) {
    const scores = calibration.services.map(({ service, score, agrees }) => [
      service,
      seconds(score.before),
      seconds(score.after),
      seconds(score.least),
      agrees ? 'yes' : 'no',
    ]);
    const header = ['CRPS of durations', 'as it was', 'fitted', 'at best', 'agrees'];
    lines.push('', table(header, scores, [1, 2, 3]));
  }
  if (calibration.unidentified.length > 0) {
    lines.push('', bold('What was measured does not tell:'));
    for (const sentence of calibration.unidentified) lines.push(wrap(`- ${sentence}.`, width));
  }
  return `${lines.join('\n')}\n`;
}

function bounds(row: ParameterRow): string {
  const { low, high } = row;
  if (low === undefined && high === undefined) return 'not known';
  if (high === undefined) return `${shown(row, low)} or more`;
  if (low === undefined) return `up to ${shown(row, high)}`;
  return low === high ? shown(row, low) : `${shown(row, low)} to ${shown(row, high)}`;
}

function shown({ unit, parameter }: ParameterRow, value: number | undefined): string {
  if (value === undefined) return '?';
  if (unit === 'seconds') return seconds(value);
  if (unit === 'bytes per second') return `${(value / 1e6).toPrecision(3)} MB/s`;
  return parameter === 'concurrency' ? String(value) : value.toPrecision(3);
}

function seconds(value: number): string {
  if (Math.abs(value) < 1e-3) return `${(value * 1e6).toPrecision(3)} µs`;
  return Math.abs(value) < 1 ? `${(value * 1e3).toPrecision(3)} ms` : `${value.toPrecision(3)} s`;
}
