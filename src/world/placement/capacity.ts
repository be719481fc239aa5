// How many more pods of one kind fit: they are created one batch after the other, and the scheduler of the scenario places them, until it finds no node for one.
import type { PodTemplateSpec } from 'kubernetes-types/core/v1.js';
import { Forbidden } from '../../api/admission.ts';
import { ApiClient } from '../../api/client.ts';
import { findObject } from '../../api/requests/found-state.ts';
import { InputError } from '../../lib/errors.ts';
import type { PodClass } from '../../model/pod-class.ts';
import type { NodeRow, ObjectRow, PodRow } from '../../model/rows.ts';
import type { Job } from '../../scenario/scenario.ts';
import type { AttemptResult } from '../../scheduler/observer.ts';
import { buildWorld, type World } from '../build.ts';
import type { Families } from '../families.ts';
import { whyUntried } from '../pending.ts';
import { type NodePlace, placesOfNodes } from './pool-of-node.ts';

/** Pods that are created at once. */
const BATCH = 64;
/** How often it is looked whether they have a node, and after which time nothing is waited for any more, µs. */
const LOOK_US = 20e3;
const PATIENCE_US = 120e6;
const NAME = 'capacity';

export interface Question {
  readonly namespace: string;
  readonly template: PodTemplateSpec;
  /** When it is asked, µs; undefined: at the end of the run. */
  readonly atUs: number | undefined;
  /** No more than so many are tried. */
  readonly most: number;
}

/** Nodes of one pool in one zone. */
export interface PlaceCapacity extends NodePlace {
  readonly nodes: number;
  readonly pods: number;
  /** Why its nodes take no further one: how many of them, by reason, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly nodes: number }[];
}

export interface Capacity {
  readonly atUs: number;
  /** More pods that have got a node. */
  readonly pods: number;
  /** There may be room for more than `most`. */
  readonly unbounded: boolean;
  readonly places: readonly PlaceCapacity[];
  /** What the event FailedScheduling says of the one that has got none. */
  readonly message: string | undefined;
}

/** The scenario is run up to then; what is asked changes nothing of it: no pod is preempted. Throws an InputError when the scheduler does not decide. */
export function capacityOf(job: Job, families: Families, question: Question): Capacity {
  const { scenario } = job.loaded;
  const atUs = Math.min(question.atUs ?? scenario.durationUs, scenario.durationUs);
  const world = buildWorld(job.loaded, job.seed, { families, check: false });
  world.engine.run(atUs);
  const trial = new Trial(world, question);
  const pods = trial.fill();
  const last = pods < question.most ? trial.lastAttempt() : undefined;
  const place = placesOfNodes(scenario, world);
  return {
    atUs,
    pods,
    unbounded: last === undefined,
    places: placesOf(world, place, trial.podsByNode(), last),
    message: last?.message ?? undefined,
  };
}

class Trial {
  readonly #world: World;
  readonly #client: ApiClient;
  readonly #owner: ObjectRow;
  readonly #most: number;
  readonly #namespace: string;
  readonly #template: PodTemplateSpec;

  constructor(world: World, { namespace, template, most }: Question) {
    this.#world = world;
    this.#most = most;
    this.#namespace = namespace;
    this.#template = withoutNode(template);
    this.#client = new ApiClient(world.api, NAME, { qps: Infinity, burst: 1 });
    let owner = -1 as ObjectRow;
    // Theirs is a ConfigMap: no controller adopts them, or counts them as its own.
    world.api.begin((at) => {
      owner = findObject(at, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, namespace } }, -1);
    });
    this.#owner = owner;
  }

  /** How many got a node. */
  fill(): number {
    let created = 0;
    for (;;) {
      const count = Math.min(BATCH, this.#most - created);
      if (count === 0) return this.#placed().length;
      const podClass = this.#podClass();
      for (let i = 0; i < count; i += 1) this.#client.createPod(podClass.id, this.#owner);
      created += count;
      this.#settle(created);
      const placed = this.#placed().length;
      if (placed < created) return placed;
    }
  }

  /** What the scheduler finds out about one more. */
  lastAttempt(): AttemptResult {
    const { scheduler, engine } = this.#world;
    const name = `${NAME}-last`;
    const attempts: AttemptResult[] = [];
    scheduler.observe(this.#namespace, name, {
      attempt: (_pod, result) => void attempts.push(result),
      lost: () => undefined,
    });
    const podClass = this.#podClass();
    this.#client.createPod(podClass.id, this.#owner, name);
    const until = engine.now + PATIENCE_US;
    while (attempts.length === 0 && engine.now < until) engine.run(engine.now + LOOK_US);
    const [attempt] = attempts;
    if (attempt === undefined) throw new InputError('the scheduler has not tried the last pod within two minutes');
    return attempt;
  }

  /** As admission makes it, and preempting nobody: who is there stays there. Throws an InputError for what is not admitted. */
  #podClass(): PodClass {
    try {
      const { labels, annotations, spec } = this.#client.podClass(this.#namespace, this.#template, NAME);
      const template = { metadata: { labels, annotations }, spec: { ...spec, preemptionPolicy: 'Never' as const } };
      return this.#world.state.classes.intern(this.#namespace, template);
    } catch (error) {
      if (error instanceof Forbidden) throw new InputError(error.message);
      throw error;
    }
  }

  podsByNode(): ReadonlyMap<NodeRow, number> {
    const { pods } = this.#world.state;
    const counts = new Map<NodeRow, number>();
    for (const pod of this.#placed()) counts.set(pods.node[pod], (counts.get(pods.node[pod]) ?? 0) + 1);
    return counts;
  }

  /** Until each has a node, or was told that there is none. */
  #settle(created: number): void {
    const { engine, scheduler, state } = this.#world;
    const until = engine.now + PATIENCE_US;
    while (engine.now < until) {
      engine.run(engine.now + LOOK_US);
      const own = this.#own();
      if (own.length < created) continue;
      if (own.every((pod) => state.pods.node[pod] >= 0 || scheduler.messageOf(pod) !== undefined)) return;
    }
    const stuck = this.#own().find((pod) => state.pods.node[pod] < 0 && scheduler.messageOf(pod) === undefined);
    throw new InputError(
      stuck === undefined
        ? 'the pods were not created: an admission plugin refuses them'
        : `the scheduler does not try the pods: ${whyUntried(this.#world, stuck)}`,
    );
  }

  #own(): PodRow[] {
    const { pods } = this.#world.state;
    const own: PodRow[] = [];
    for (let pod = 0 as PodRow; pod < pods.length; pod = (pod + 1) as PodRow)
      if (pods.alive[pod] === 1 && pods.owner[pod] === this.#owner) own.push(pod);
    return own;
  }

  #placed(): PodRow[] {
    return this.#own().filter((pod) => this.#world.state.pods.node[pod] >= 0);
  }
}

/** Where it is is asked. */
function withoutNode(template: PodTemplateSpec): PodTemplateSpec {
  const { nodeName: _node, ...spec } = template.spec ?? { containers: [] };
  return { ...template, spec };
}

function placesOf(
  { state }: World,
  placeOf: (node: NodeRow) => NodePlace,
  pods: ReadonlyMap<NodeRow, number>,
  last: AttemptResult | undefined,
): PlaceCapacity[] {
  const places = new Map<string, { place: NodePlace; nodes: number; pods: number; reasons: Map<string, number> }>();
  for (let node = 0 as NodeRow; node < state.nodes.length; node = (node + 1) as NodeRow) {
    if (state.nodes.alive[node] === 0) continue;
    const place = placeOf(node);
    const key = JSON.stringify(place);
    const known = places.get(key) ?? { place, nodes: 0, pods: 0, reasons: new Map<string, number>() };
    places.set(key, known);
    known.nodes += 1;
    known.pods += pods.get(node) ?? 0;
    const verdict = last?.verdicts[state.nodeName(node)];
    for (const reason of verdict?.reasons ?? last?.preFilter?.reasons ?? [])
      known.reasons.set(reason, (known.reasons.get(reason) ?? 0) + 1);
  }
  return [...places.values()]
    .map(({ place, reasons, ...counts }) => ({
      ...place,
      ...counts,
      reasons: [...reasons].map(([reason, nodes]) => ({ reason, nodes })).sort((a, b) => b.nodes - a.nodes),
    }))
    .sort((a, b) => (`${a.pool} ${a.zone}` < `${b.pool} ${b.zone}` ? -1 : 1));
}
