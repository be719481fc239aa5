// The shape of a default of the Scenario document.
import type { Provenance } from './scenario.ts';

export interface Default {
  /** Below `spec`; `[]` stands for each item of a list. */
  readonly field: string;
  readonly value: unknown;
  /** What the preset `ideal` has instead. */
  readonly ideal?: unknown;
  /** Without a mark it is a convention of the format and no assumption about the world. */
  readonly mark?: Provenance;
}

export const lognormal = (median: string, sigma: number) => ({ lognormal: { median, sigma } });
