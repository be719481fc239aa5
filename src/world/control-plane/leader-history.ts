// Who led which component of the control plane, from when to when: the rows of leaders.csv, and the figures of leaders.
import type { Row } from '../../metrics/catalogue.ts';
import type { ControlPlaneProcess } from '../../model/ports/control-plane-processes.ts';

/** A time in which a process led and ran. Times in µs. */
interface Reign {
  readonly component: string;
  readonly process: string;
  readonly fromUs: number;
  /** -1 while it lasts. */
  toUs: number;
  /** Its first write but those of the lease, -1 before. */
  actedUs: number;
}

export class LeaderHistory {
  readonly #clock: { readonly now: number };
  readonly #reigns: Reign[] = [];
  /** By process: that which lasts. */
  readonly #open = new Map<string, Reign>();

  constructor(clock: { readonly now: number }) {
    this.#clock = clock;
  }

  /** A process may have begun to lead, or ended, stopped, or gone on. */
  looked(process: ControlPlaneProcess): void {
    const leads = process.leads && process.state === 'running';
    const open = this.#open.get(process.name);
    if (leads === (open !== undefined)) return;
    const { now } = this.#clock;
    if (open !== undefined) {
      open.toUs = now;
      this.#open.delete(process.name);
      return;
    }
    const { name, component } = process;
    const reign: Reign = { component, process: name, fromUs: now, toUs: -1, actedUs: -1 };
    this.#reigns.push(reign);
    this.#open.set(name, reign);
  }

  /** That process sends a write. */
  acted(process: string): void {
    const open = this.#open.get(process);
    if (open !== undefined && open.actedUs < 0) open.actedUs = this.#clock.now;
  }

  /** How often another process led than before. Undefined where nobody ever led. */
  changes(component: string): number | undefined {
    const reigns = this.#of(component);
    if (reigns.length === 0) return undefined;
    return reigns.filter(({ process }, i) => i > 0 && process !== reigns[i - 1].process).length;
  }

  /** Time within a span in which nobody led, µs. Undefined where nobody ever led. */
  withoutUs(component: string, fromUs: number, toUs: number): number | undefined {
    const reigns = this.#of(component);
    if (reigns.length === 0) return undefined;
    let coveredToUs = fromUs;
    let withoutUs = 0;
    for (const reign of reigns) {
      const endUs = reign.toUs < 0 ? toUs : Math.min(reign.toUs, toUs);
      if (endUs <= coveredToUs) continue;
      withoutUs += Math.max(0, Math.min(reign.fromUs, toUs) - coveredToUs);
      coveredToUs = Math.max(coveredToUs, endUs);
    }
    return withoutUs + Math.max(0, toUs - coveredToUs);
  }

  /** The longest time from the begin of a lead to its first write, µs. Undefined where no leader wrote anything. */
  firstActionUs(component: string): number | undefined {
    const acted = this.#of(component).filter(({ actedUs }) => actedUs >= 0);
    return acted.length === 0 ? undefined : Math.max(...acted.map(({ actedUs, fromUs }) => actedUs - fromUs));
  }

  rows(): Row<'leaders'>[] {
    return this.#reigns.map(({ component, process, fromUs, toUs, actedUs }) => ({
      component,
      process,
      from_seconds: fromUs / 1e6,
      to_seconds: toUs < 0 ? null : toUs / 1e6,
      first_action_seconds: actedUs < 0 ? null : actedUs / 1e6,
    }));
  }

  #of(component: string): Reign[] {
    return this.#reigns.filter((reign) => reign.component === component);
  }
}
