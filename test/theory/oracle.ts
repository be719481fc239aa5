// The two tables of queueing theory (closed forms, and simulations of others with their confidence intervals), and what is computed here.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { closedNetworks } from './closed-networks.ts';

export interface OracleValue {
  readonly model: string;
  /** As JSON. */
  readonly params: string;
  readonly metric: string;
  readonly value: number;
  /** Standard error of the value itself; 0 for a closed form. */
  readonly error: number;
}

const read = (name: string): { readonly [column: string]: string }[] =>
  parse(readFileSync(fileURLToPath(new URL(`data/${name}`, dataFolder())), 'utf8'), { columns: true });

/** A bundle lies elsewhere than this file. */
function dataFolder(): string {
  const { WAVETANK_THEORY: folder } = process.env;
  return folder === undefined ? import.meta.url : `file://${folder}/`;
}

/** Every value of both tables, in their order, then those of closed networks and retrials. */
export function oracle(): OracleValue[] {
  const closed = read('reference.csv').map(({ model, params, metric, value }) => ({
    model,
    params,
    metric,
    value: Number(value),
    error: 0,
  }));
  const simulated = read('load_balancers_finite_n.csv').map(({ n, lam, policy, T, W_mean, ci95_halfwidth }) => ({
    model: 'balancer',
    params: JSON.stringify({ n: Number(n), rho: Number(lam), policy, T: Number(T) }),
    metric: 'W',
    value: Number(W_mean),
    error: Number(ci95_halfwidth) / 1.96,
  }));
  return [...closed, ...simulated, ...closedNetworks()];
}
