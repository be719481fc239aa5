// The figures that an expectation may name. What they are measured from is the world's business.
import type { FigureUnit } from './expect.ts';

export interface FigurePattern {
  /** `deployment.<deployment>.available`: a name in brackets stands for an object, `namespace/name` or just its name. */
  readonly pattern: string;
  readonly unit: FigureUnit;
  /** It has a value at each instant: min(), max(), mean() and last() apply. */
  readonly gauge: boolean;
  /** It has a value only for the whole run: `during` does not apply. */
  readonly wholeRun: boolean;
  readonly meaning: string;
}

const over = (pattern: string, unit: FigureUnit, meaning: string): FigurePattern => ({
  pattern,
  unit,
  meaning,
  gauge: false,
  wholeRun: false,
});
const gauge = (pattern: string, unit: FigureUnit, meaning: string): FigurePattern => ({
  ...over(pattern, unit, meaning),
  gauge: true,
});
const ofRun = (pattern: string, unit: FigureUnit, meaning: string): FigurePattern => ({
  ...over(pattern, unit, meaning),
  wholeRun: true,
});

const durations = (prefix: string, what: string): FigurePattern[] => [
  over(`${prefix}.mean`, 'us', `Mean time to answer of ${what}.`),
  over(`${prefix}.p50`, 'us', `Median time to answer of ${what}.`),
  over(`${prefix}.p90`, 'us', `90th percentile of the time to answer of ${what}.`),
  over(`${prefix}.p99`, 'us', `99th percentile of the time to answer of ${what}.`),
  over(`${prefix}.p999`, 'us', `99.9th percentile of the time to answer of ${what}.`),
];

/** `<deployment>` and `<service>` must be objects of the input; `<reason>` is any event reason. */
export const FIGURES: readonly FigurePattern[] = [
  over('requests.count', 'count', 'Requests from outside that arrived.'),
  over('requests.rate', 'rate', 'Requests from outside per second.'),
  over('requests.completed', 'count', 'Requests from outside that were answered well.'),
  over('requests.failed', 'count', 'Requests from outside that failed after their last attempt.'),
  over('requests.timeout', 'count', 'Of these, those whose time to answer ran out.'),
  over('requests.refused', 'count', 'Of these, those whose connection nothing accepted.'),
  over('requests.overload', 'count', 'Of these, those that a full queue turned away.'),
  over('requests.error_ratio', 'ratio', 'Share of requests that failed, of those that ended.'),
  ...durations('requests', 'completed requests from outside'),
  over('service.<service>.count', 'count', 'Calls to the Service that ended, attempts included.'),
  over('service.<service>.rate', 'rate', 'Calls to the Service per second.'),
  over('service.<service>.error_ratio', 'ratio', 'Failed calls to the Service by calls that ended.'),
  ...durations('service.<service>', 'calls to the Service'),
  gauge('pods.running', 'count', 'Pods running.'),
  gauge('pods.pending', 'count', 'Pods pending.'),
  gauge('pods.ready', 'count', 'Pods ready.'),
  gauge('pods.terminating', 'count', 'Pods being deleted.'),
  ofRun('pods.created', 'count', 'Pods created.'),
  ofRun('pods.scheduled', 'count', 'Pods bound to a node.'),
  ofRun('pods.deleted', 'count', 'Pods removed.'),
  ofRun('pods.preempted', 'count', 'Pods deleted to make room for pods of higher priority.'),
  ofRun('pods.evicted', 'count', 'Pods deleted by taints or by pressure on their node.'),
  ofRun('pods.restarts', 'count', 'Restarts of containers.'),
  ofRun('pods.startup.p50', 'us', 'Median time from creation to ready.'),
  ofRun('pods.startup.p99', 'us', '99th percentile of the time from creation to ready.'),
  ofRun('pods.scheduling.p50', 'us', 'Median time from creation to binding.'),
  ofRun('pods.scheduling.p99', 'us', '99th percentile of the time from creation to binding.'),
  gauge('deployment.<deployment>.replicas', 'count', 'Pods of the Deployment.'),
  gauge('deployment.<deployment>.ready', 'count', 'Its ready pods.'),
  gauge('deployment.<deployment>.available', 'count', 'Its available pods.'),
  gauge('deployment.<deployment>.updated', 'count', 'Its pods of the newest revision.'),
  ofRun('rollout.<deployment>.duration', 'us', 'Duration of its last rollout, from the change of the template on.'),
  gauge('nodes.ready', 'count', 'Nodes ready, as the API server knows them.'),
  gauge('nodes.used', 'count', 'Nodes with at least one pod.'),
  ofRun(
    'nodes.cost',
    'count',
    "Price of the nodes for the simulated time, in the currency of their pools' `hourlyCost`.",
  ),
  gauge('cpu.requested_ratio', 'ratio', 'Requested by allocatable CPU of all nodes.'),
  gauge('memory.requested_ratio', 'ratio', 'Requested by allocatable memory of all nodes.'),
  gauge('cpu.fragmentation_ratio', 'ratio', 'Share of the free CPU that a typical pod cannot use.'),
  gauge('memory.fragmentation_ratio', 'ratio', 'Share of the free memory that a typical pod cannot use.'),
  gauge('gpu.allocated_ratio', 'ratio', 'Share of all GPUs that pods hold.'),
  gauge('gpu.fragmented_ratio', 'ratio', 'Share of the idle GPUs that a typical pod cannot use.'),
  over('api.writes', 'count', 'Writes that the API server accepted.'),
  ofRun('api.conflicts', 'count', 'Writes refused because the object had changed.'),
  ofRun('scheduler.attempts', 'count', 'Scheduling attempts.'),
  ofRun('scheduler.unschedulable', 'count', 'Scheduling attempts that found no node.'),
  over('events.<reason>', 'count', 'Events of this reason, as in events.csv.'),
];
