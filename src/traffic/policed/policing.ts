// The policies of a run: both halves of calls with them, where any is used.
import type { Engine } from '../../engine/engine.ts';
import type { Family } from '../../lib/family.ts';
import type { PodRow } from '../../model/rows.ts';
import type { Behaviors } from '../behaviors.ts';
import type { CallSites } from '../call-sites.ts';
import type { CallTable } from '../calls.ts';
import type { Policy, PolicyContext } from '../policies/policy.ts';
import type { TrafficSettings } from '../settings.ts';
import { AttemptNotes } from './attempt-notes.ts';
import { Places } from './places.ts';
import type { PolicedCallers } from './policed-callers.ts';
import { ServerChains } from './server-chains.ts';

export class Policing {
  readonly places: Places;
  callers: PolicedCallers | undefined;
  servers: ServerChains | undefined;

  /** The loader has made each policy once, and refused what is wrong: `world/policy-check.ts`. */
  constructor(engine: Engine, family: Family<PolicyContext, Policy>) {
    this.places = new Places(engine, family);
  }

  govern(
    engine: Engine,
    calls: CallTable,
    sites: CallSites,
    behaviors: Behaviors,
    callers: PolicedCallers,
  ): ServerChains {
    this.callers = callers;
    this.servers = new ServerChains(
      engine,
      this.places,
      behaviors,
      new AttemptNotes(engine, calls, sites),
      callers.notes,
    );
    return this.servers;
  }

  /** A process of the pod starts. */
  started(pod: PodRow): void {
    this.callers?.chains.forget(pod);
    this.servers?.forget(pod);
  }
}

/** Whether the scenario has any policy. */
export function hasPolicies({ traffic, behaviors, routePolicies }: TrafficSettings): boolean {
  return (
    routePolicies.length > 0 ||
    traffic.some(({ policies }) => policies.length > 0) ||
    behaviors.some(({ policies, calls }) => policies.length > 0 || calls.some((call) => call.policies.length > 0))
  );
}
