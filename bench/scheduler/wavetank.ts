// Decides about the pods of one load, one after another, and says how long that took and where they went.
import { CounterRandom } from '../../src/engine/counter.ts';
import { Decision } from '../../src/scheduler/decision.ts';
import { schedulePod } from '../../src/scheduler/schedule-pod.ts';
import { fitError } from '../../src/scheduler/framework/fit-error.ts';
import { PodInfo } from '../../src/scheduler/framework/pod-info.ts';
import type { ScoreObserver } from '../../src/scheduler/framework/installed.ts';
import { tuneCompiler } from '../../src/sweep/compiler.ts';
import { calibrate } from '../calibration.ts';
import { build, loads } from './loads.ts';
import type { PodRow } from '../../src/model/rows.ts';

tuneCompiler();

/** Who watches the scores has every plugin asked about every node: the naive loop. */
const naive: ScoreObserver = { raw: () => undefined, normalized: () => undefined };

/** Arguments: the load's name, `fast` or `naive`, pods to place before the measurement, and pods to place in it. */
const [name, way, warmUp, measured] = process.argv.slice(2);
const load = loads[name];
const { cluster, samples } = build(load);
const { cache, state, reasons, nominations } = cluster;
const classes = samples.map((sample) => cluster.addPod(sample));
const framework = cluster.framework({ percentageOfNodesToScore: load.percentageOfNodesToScore });
const random = new CounterRandom(1, 'bench');
const decision = new Decision(cache, 'heap', random, nominations);
const count = Number(warmUp) + Number(measured);
const rows = Int32Array.from({ length: count }, () => {
  const like = classes[random.int(classes.length)];
  const row = state.allocatePod();
  state.pods.podClass[row] = like.podClass.id;
  state.pods.owner[row] = like.owner;
  return row;
});
const pod = new PodInfo();
let places = 0;
let messages = 0;

function place(from: number, to: number): void {
  for (let i = from; i < to; i += 1) {
    pod.point(state.pods, state.classes.get(state.pods.podClass[rows[i]]), rows[i] as PodRow, -1);
    schedulePod(decision, framework, pod, way === 'naive' ? naive : undefined);
    if (decision.node < 0) preempt();
    cache.add(pod.row, pod.epoch, pod.podClass, decision.node, true, false);
    places = (Math.imul(places, 31) + decision.node) | 0;
  }
}

/** The pod is nominated, its victims go at once, and it is tried again: there is room for it then. */
function preempt(): void {
  const { node = -1, victims = [] } = decision.postFilter;
  messages += fitError(decision, framework, reasons).length;
  nominations.add({ pod: pod.row, podClass: pod.podClass, epoch: pod.epoch, node, priority: pod.podClass.priority });
  for (const victim of victims) cache.remove(victim.pod);
  schedulePod(decision, framework, pod, way === 'naive' ? naive : undefined);
  nominations.remove(pod.row);
}

const step = calibrate();
place(0, Number(warmUp));
const atWarm = places;
const start = process.cpuUsage();
place(Number(warmUp), count);
const { user, system } = process.cpuUsage(start);
process.stdout.write(
  `${JSON.stringify({ cpuSeconds: (user + system) / 1e6, calibrationNs: step, places: atWarm, messages })}\n`,
);
