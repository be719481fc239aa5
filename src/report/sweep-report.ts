// The report of a sweep.
export function reportSweep(folder: string): Promise<{ page: string }> {
  return Promise.resolve({ page: folder });
}
