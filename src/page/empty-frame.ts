// A frame in which nothing has happened: what others begin with.
import type { Frame } from './frame.ts';

/** `until` in seconds. */
export function emptyFrame(until: number): Frame {
  return {
    until,
    strings: [],
    nodes: { name: [], zone: [], pool: [] },
    nodeChanges: { time: [], node: [], state: [] },
    nodeLoads: { time: [], node: [], cpuRequested: [], memoryRequested: [], cpuUsed: [] },
    pods: { namespace: [], name: [], workload: [], revision: [] },
    podChanges: { time: [], pod: [], state: [], node: [] },
    services: { namespace: [], name: [] },
    serviceLoads: { time: [], service: [], rate: [], errors: [], p50: [], p99: [] },
    edges: { source: [], caller: [], service: [] },
    edgeLoads: { time: [], edge: [], rate: [], errors: [], p50: [], p99: [] },
    series: { time: [], rate: [], errors: [], p50: [], p99: [] },
    events: { time: [], warning: [], reason: [], object: [], message: [], source: [] },
    marks: [],
  };
}
