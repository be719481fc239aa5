// What coordinators and workers tell each other. Whatever comes out of the queue is checked against this before it is used.
import { z } from 'zod';
import { contentHash } from '../../scenario/hash.ts';

const text = z.strictObject({ file: z.string(), text: z.string() });

const overrides = z.strictObject({
  set: z.array(z.string()),
  seed: z.number().optional(),
  duration: z.string().optional(),
  nodes: z.number().optional(),
  error: z.string().optional(),
  traces: z.number().optional(),
  strict: z.boolean().optional(),
  skipUnknown: z.boolean().optional(),
  vary: z.array(z.string()).optional(),
  bench: z.array(z.unknown()).optional(),
  chaos: z.record(z.string(), z.unknown()).optional(),
  measure: z.array(z.strictObject({ figure: z.string(), by: z.string() })).optional(),
});

/** What the jobs of a sweep have in common: texts, and never the name of a file that a worker would read. */
export const planSchema = z.strictObject({
  version: z.string(),
  program: z.string(),
  /** As typed on the coordinator's command line, for run.json. */
  file: z.string(),
  hashes: z.array(z.strictObject({ file: z.string(), sha256: z.string() })),
  inputs: z.array(text),
  files: z.array(text),
  overrides,
  check: z.boolean(),
  summariesOnly: z.boolean(),
  /** The cells have the figures of chaos beside their expectations. */
  measured: z.boolean(),
});

export type Plan = z.output<typeof planSchema>;

/** SHA-256 of a plan, by which batches name it. */
export function planHash(plan: Plan): string {
  return contentHash(plan);
}

/** Jobs of one cell. */
export const batchSchema = z.strictObject({
  plan: z.string().regex(/^[0-9a-f]{64}$/),
  axes: z.array(z.strictObject({ path: z.string(), label: z.string(), value: z.unknown() })),
  set: z.array(z.string()),
  /** Of the cell's scenario, as the coordinator loaded it. */
  hash: z.string(),
  jobs: z.array(z.strictObject({ id: z.string(), seed: z.number().int().nonnegative(), reproduce: z.string() })).min(1),
});

export type BatchMessage = z.output<typeof batchSchema>;

const failure = z.strictObject({ kind: z.enum(['input', 'broken', 'lost']), message: z.string() });

/** One for each job of a batch. */
export const answersSchema = z.array(
  z.union([
    z.strictObject({ failure }),
    /** Its files, as `pack` makes them. */
    z.strictObject({ packed: z.string() }),
    /** Its line, where only summaries are kept. */
    z.strictObject({ line: z.string() }),
    /** It is in the worker's folder of results. */
    z.strictObject({ folder: z.string() }),
  ]),
);

export type Answers = z.output<typeof answersSchema>;

export const workerSchema = z.object({
  host: z.string(),
  pid: z.number(),
  version: z.string(),
  program: z.string(),
  queue: z.string(),
  threads: z.number(),
  done: z.number(),
  busy: z.number(),
  /** RFC 3339. */
  since: z.string(),
});

export type WorkerRecord = z.output<typeof workerSchema>;

export const sweepSchema = z.object({
  id: z.string(),
  scenario: z.string(),
  verb: z.string(),
  host: z.string(),
  pid: z.number(),
  queue: z.string(),
  jobs: z.number(),
  done: z.number(),
  failed: z.number(),
  started: z.string(),
  updated: z.string(),
});

export type SweepRecord = z.output<typeof sweepSchema>;
