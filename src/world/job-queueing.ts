// Who admits Jobs: there when the scenario names a job queue.
import { ApiClient } from '../api/client.ts';
import type { ApiServer } from '../api/server.ts';
import type { Engine } from '../engine/engine.ts';
import { JobAdmission } from '../job-queues/job-admission.ts';
import type { jobQueues } from '../job-queues/members/index.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** Begins with the run. Undefined for a scenario without. */
export function startJobQueues(
  engine: Engine,
  api: ApiServer,
  { jobQueue, preset }: Scenario,
  family: typeof jobQueues,
): JobAdmission | undefined {
  if (jobQueue === undefined) return undefined;
  const queue = family.create(jobQueue.name, jobQueue.args, {
    get nowUs() {
      return engine.now;
    },
  });
  if (queue === undefined) return undefined;
  // The rate limit that Kueue has by default.
  const limits = preset === 'ideal' ? { qps: Infinity, burst: 1 } : { qps: 20, burst: 30 };
  return new JobAdmission(engine, api, new ApiClient(api, 'kueue-admission', limits, 'in-turn'), queue);
}
