// Tables of node pools, autoscalers and recommendations.
import { count, END, number, seconds, someNumber, text, type Table } from './column.ts';

export const nodepools = {
  file: 'nodepools.csv',
  help: 'Node pools over time, where a node autoscaler can change them: one row per pool and interval.',
  columns: {
    time_seconds: seconds(END),
    pool: text('Name of the pool.'),
    desired: count('Machines that the provider is asked for; of a pool that keeps its size, its nodes.'),
    nodes: count('Nodes that have registered.'),
    ready: count('Those of them that are ready.', 'higher'),
    hourly_cost: number('What they cost per hour.', 'lower'),
    reclaimed: count('Spot machines that the provider has taken back so far.', 'lower'),
  },
} as const satisfies Table;

export const autoscalers = {
  file: 'autoscalers.csv',
  help: 'Each HorizontalPodAutoscaler over time, a row for each of its metrics. Where there are very many the interval is a multiple of that of series.csv.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    name: text('Name.'),
    target: text('Kind and name of what it scales.'),
    min: count('Fewest replicas.'),
    max: count('Most replicas.'),
    desired: count('Replicas that it asked for when it looked last.'),
    current: count('Replicas that its target was to have then.'),
    ready: count('Ready pods of its target now.', 'higher'),
    metric: text(
      'The resource (of a container: `container/resource`), or the name of a custom or external metric, with its selector: `queue{name=mail}`.',
    ),
    value: someNumber(
      'What that was when it looked last: a share of what is requested, or in the unit of the metric. Empty: not known.',
    ),
    target_value: someNumber('What it should be.'),
  },
} as const satisfies Table;

export const recommendations = {
  file: 'recommendations.csv',
  help: 'What each VerticalPodAutoscaler recommends for a container, beside what its pods request and use: a row per container, resource and interval. CPU in cores, memory in bytes.',
  columns: {
    time_seconds: seconds(END),
    namespace: text('Namespace.'),
    name: text('Name of the VerticalPodAutoscaler.'),
    container: text('Name of the container.'),
    resource: text('cpu or memory.'),
    pods: count('Pods of its target.'),
    lower_bound: someNumber(
      'With less than this requested, a pod is recreated. Empty while there is no recommendation.',
    ),
    target: someNumber('What new pods request.'),
    upper_bound: someNumber('With more than this requested, a pod is recreated.'),
    requested: someNumber('What its pods request, mean.'),
    used: someNumber('What they use, as metrics-server knows it, mean of those that it knows.'),
  },
} as const satisfies Table;
