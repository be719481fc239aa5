// The report's libraries are large: they are loaded when a report is drawn.
import type { Report, ReportOptions } from '../report/report.ts';

export async function makeReport(folder: string, options: ReportOptions = {}): Promise<Report[]> {
  const module = await import('../report/report.ts');
  return module.makeReport(folder, options);
}
