// A finished run as one frame, read from its files.
import { FRAME_VERSION, type Frame, type Opening } from '../page/frame.ts';
import { readJob } from '../report/read.ts';
import { readEvents } from './run-events.ts';
import { readNodes } from './run-nodes.ts';
import { readPods } from './run-pods.ts';
import { readRequests } from './run-requests.ts';
import { Strings } from './strings.ts';

/** What the tables of a run do not say, so that nobody looks for it in the picture. */
const PODS_ONCE =
  'Pods are shown ready from the first time that they were, and until they ended or were deleted: pods.csv does not say when one was not ready in between, or when one ended that was deleted later.';
const NO_EDGES = 'Who calls whom was not recorded: with `tracing: {}` in the spec of the scenario it is.';

/** Throws an InputError for a folder without results, or with damaged ones. */
export function runFrame(folder: string, { explains, command }: Pick<Opening, 'explains' | 'command'>): Frame {
  const job = readJob(folder);
  const { run } = job;
  const strings = new Strings();
  const { rows, ...nodes } = readNodes(job, strings);
  const pods = readPods(job, rows, strings);
  const requests = readRequests(job, strings);
  const { events, marks, remark } = readEvents(job, strings);
  const between =
    run.nodes_interval_seconds > run.series_interval_seconds
      ? [
          `Nodes were looked at every ${run.nodes_interval_seconds} s; in between only what an event says is seen of them.`,
        ]
      : [];
  const calls = requests.services.name.length > 0 && requests.edges.service.length === 0 ? [NO_EDGES] : [];
  return {
    opening: {
      version: FRAME_VERSION,
      source: 'run',
      scenario: run.scenario,
      seed: run.seed,
      program: run.version,
      duration: run.duration_seconds,
      explains,
      command,
      expect: run.expect.map(({ text, shown, pass }) => ({ text, shown, pass })),
      remarks: [...run.caveats, ...calls, PODS_ONCE, ...between, ...(remark === undefined ? [] : [remark])],
    },
    until: run.duration_seconds,
    ...nodes,
    ...pods,
    ...requests,
    events,
    marks,
    strings: strings.take(),
  };
}
