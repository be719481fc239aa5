// How the comparison is printed: a table that lines up.
import { type Line, Verdict } from './judge.ts';

const WIDTHS = [28, 34, 17, 13, 13, 9, 7, 9] as const;

function cells(texts: readonly string[]): string {
  return texts.map((text, i) => (i < 3 ? text.padEnd(WIDTHS[i]) : text.padStart(WIDTHS[i] ?? 0))).join(' ');
}

export function heading(): string {
  return cells(['model', 'parameters', 'figure', 'theory', 'ours', 'error', 'off', 'requests']);
}

/** Model, parameters, figure, theory, ours, relative standard error, how many standard errors off, requests, verdict. */
export function textLine(line: Line): string {
  return `${cells(columns(line))}  ${line.verdict}${line.because === undefined ? '' : `: ${line.because}`}`;
}

export function columns({ model, params, metric, truth, ours, error, customers }: Line): string[] {
  const relative = ours === undefined || error === undefined || truth === 0 ? '' : percent(error / Math.abs(truth));
  const off = ours === undefined || error === undefined || error === 0 ? '' : ((ours - truth) / error).toFixed(1);
  return [
    model,
    parameters(params),
    metric,
    number(truth),
    ours === undefined ? '' : number(ours),
    relative,
    off,
    customers === undefined ? '' : customers.toExponential(0).replace('+', ''),
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0001 ? 4 : 2)} %`;
}

function number(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) < 1e-3 ? value.toExponential(4) : value.toPrecision(6);
}

/** Those that are the same everywhere are left out. */
export function parameters(params: Line['params']): string {
  return Object.entries(params)
    .filter(([name, value]) => !(name === 'mu' || name === 'ES' || name === 'S' || (name === 'n' && value === 'inf')))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

export function summary(lines: readonly { readonly verdict: string }[]): string {
  const count = (verdict: string): number => lines.filter((one) => one.verdict === verdict).length;
  const parts = Object.values(Verdict)
    .map((verdict) => `${count(verdict)} ${verdict}`)
    .filter((text) => !text.startsWith('0 '));
  return `${lines.length} values: ${parts.join(', ')}`;
}
