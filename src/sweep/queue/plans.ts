// The scenarios of the sweeps that a worker works for, loaded from the texts in the queue.
import type { Redis } from 'ioredis';
import { gunzipSync } from 'node:zlib';
import { InputError } from '../../lib/errors.ts';
import { loadCell } from '../../scenario/expand.ts';
import { amongTexts } from '../../scenario/files.ts';
import { contentHash } from '../../scenario/hash.ts';
import { loadScenario } from '../../scenario/load.ts';
import type { LoadedScenario, Overrides } from '../../scenario/scenario.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import { planKey } from './keys.ts';
import { type BatchMessage, type Plan, planHash, planSchema } from './messages.ts';

const MOST_PLANS = 4;
const MOST_CELLS = 16;
const MOST_BYTES = 1 << 30;

interface LoadedPlan {
  readonly plan: Plan;
  readonly loaded: LoadedScenario;
}

export class Plans {
  readonly #redis: Redis;
  readonly #families: Families;
  readonly #plans = new Map<string, Promise<LoadedPlan>>();
  readonly #cells = new Map<string, LoadedScenario>();

  constructor(redis: Redis, families: Families) {
    this.#redis = redis;
    this.#families = families;
  }

  /** The scenario of a batch. Throws an InputError where it is not the one that the coordinator has. */
  async cell(batch: BatchMessage): Promise<LoadedPlan> {
    const base = remembered(this.#plans, batch.plan, MOST_PLANS, () => this.#load(batch.plan));
    let plan: LoadedPlan;
    try {
      plan = await base;
    } catch (error) {
      this.#plans.delete(batch.plan);
      throw error;
    }
    const { axes, set } = batch;
    const key = contentHash([batch.plan, axes, set]);
    const loaded = remembered(this.#cells, key, MOST_CELLS, () => this.#cell(plan, batch));
    if (loaded.hash !== batch.hash) {
      throw new InputError(
        'this worker reads the scenario otherwise than the coordinator does: are its plugins the same ones?',
      );
    }
    return { plan: plan.plan, loaded };
  }

  async #load(hash: string): Promise<LoadedPlan> {
    const packed = await this.#redis.getBuffer(planKey(hash));
    if (packed === null) throw new Error('the plan of the sweep is not in the queue any more');
    const text = gunzipSync(packed, { maxOutputLength: MOST_BYTES }).toString('utf8');
    const plan = planSchema.parse(JSON.parse(text));
    if (planHash(plan) !== hash) throw new Error('the plan in the queue is not the one that its name says');
    const loaded = loadScenario(plan.inputs, {
      ...(plan.overrides as Overrides),
      families: familySchemas(this.#families),
      readFile: amongTexts(plan.files),
    });
    return { plan, loaded };
  }

  #cell({ plan, loaded }: LoadedPlan, { axes, set }: BatchMessage): LoadedScenario {
    if (axes.length === 0) return loaded;
    const cells = plan.measured ? [] : undefined;
    const families = familySchemas(this.#families);
    const cell = { axes, set, folder: '', places: [] };
    return loadCell(loaded, cell, { families, ...(cells === undefined ? {} : { cells }) });
  }
}

/** The value of a key, made when it is not there; the one that was made first gives way to it. */
function remembered<Value>(values: Map<string, Value>, key: string, most: number, make: () => Value): Value {
  const known = values.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (values.size === most) values.delete(values.keys().next().value ?? '');
  values.set(key, made);
  return made;
}
