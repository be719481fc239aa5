// What `--json` says of one job.
import type { JobResult } from '../sweep/job-results.ts';

/** What is printed of every job that ended well. */
export function measuredAsJson(result: JobResult) {
  return {
    figures: result.summary,
    digest: result.digest,
    events: result.events,
    wall_s: Number(result.wallSeconds.toFixed(3)),
    peak_rss_mib: Math.round(result.peakRssMib),
    results: result.folder,
  };
}
