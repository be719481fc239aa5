// The report's libraries are large: they are loaded when a report is drawn.
import type { Report } from '../report/report.ts';

export async function makeReport(folder: string, options: { readonly out?: string } = {}): Promise<Report[]> {
  const module = await import('../report/report.ts');
  return module.makeReport(folder, options);
}
