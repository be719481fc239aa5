// What a write may say about itself: who writes, whether anything is stored, what becomes of dependents.
import { badRequest, Refusal } from '../../api/resources/status.ts';
import type { DeleteOptions } from '../../api/resources/rows.ts';
import type { PlainObject } from '../../model/objects/decode.ts';
import type { Exchange } from '../call.ts';

const PROPAGATIONS = ['Background', 'Foreground', 'Orphan'] as const;
const LONGEST_MANAGER = 128;

/** Throws a Refusal for a stage that is not all of them. */
export function isDryRun({ request }: Exchange): boolean {
  const stages = request.query.getAll('dryRun').filter((stage) => stage !== '');
  const wrong = stages.find((stage) => stage !== 'All');
  if (wrong !== undefined) throw invalidOptions(`dryRun: Unsupported value: ["${wrong}"]: supported values: "All"`);
  return stages.length > 0;
}

/** As the client calls itself: a query, else the program before the first slash of its User-Agent. */
export function managerOf(exchange: Exchange): string {
  const named = exchange.query('fieldManager');
  if (named.length > LONGEST_MANAGER)
    throw invalidOptions(`fieldManager: Too long: may not be more than ${LONGEST_MANAGER} bytes`);
  if (named !== '') return named;
  const agent = exchange.header('user-agent') ?? '';
  return agent.split('/', 1)[0].slice(0, LONGEST_MANAGER);
}

export interface Deletion extends DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun: boolean;
}

/** From a v1 DeleteOptions, and from the query. */
export function deletionOf(exchange: Exchange, body: PlainObject): Deletion {
  const grace = body.gracePeriodSeconds ?? numberIn(exchange, 'gracePeriodSeconds');
  const asked = body.propagationPolicy ?? (exchange.query('propagationPolicy') || undefined);
  const orphans = body.orphanDependents ?? (exchange.query('orphanDependents') || undefined);
  const propagation = PROPAGATIONS.find((one) => one === asked);
  if (asked !== undefined && propagation === undefined) {
    throw invalidOptions(
      `propagationPolicy: Unsupported value: ${JSON.stringify(asked)}: supported values: "Background", "Foreground", "Orphan"`,
    );
  }
  if (grace !== undefined && (typeof grace !== 'number' || !Number.isSafeInteger(grace))) {
    throw badRequest(`gracePeriodSeconds: expected a whole number of seconds, got ${JSON.stringify(grace)}`);
  }
  const preconditions = (body.preconditions ?? {}) as { readonly uid?: unknown; readonly resourceVersion?: unknown };
  return {
    ...(typeof grace === 'number' ? { gracePeriodSeconds: Math.max(grace, 0) } : {}),
    ...(propagation === undefined
      ? orphans === true || orphans === 'true'
        ? { propagation: 'Orphan' }
        : {}
      : { propagation }),
    ...(typeof preconditions.uid === 'string' ? { uid: preconditions.uid } : {}),
    ...(typeof preconditions.resourceVersion === 'string' ? { resourceVersion: preconditions.resourceVersion } : {}),
    dryRun: isDryRun(exchange) || (Array.isArray(body.dryRun) && body.dryRun.includes('All')),
  };
}

function numberIn(exchange: Exchange, name: string): number | undefined {
  const text = exchange.query(name);
  return text === '' ? undefined : Number(text);
}

function invalidOptions(why: string): Refusal {
  return new Refusal(422, 'Invalid', `DeleteOptions.meta.k8s.io "" is invalid: ${why}`);
}
