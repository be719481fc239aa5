// What is printed of a search: the settings that were run, what was found, and how sure it is.
import { caveatsOfJobs } from '../sweep/caveats-of-jobs.ts';
import type { Cost } from '../sweep/optimize/cost.ts';
import { leastMargin } from '../sweep/optimize/method.ts';
import type { Optimum } from '../sweep/optimize/search.ts';
import type { Setting } from '../sweep/optimize/setting.ts';
import { applicable, showInUnit } from '../world/expectations.ts';
import { caveatLines } from './caveat-lines.ts';
import { colors } from './colors.ts';
import type { Many } from './many.ts';
import { headLine } from './many-print.ts';
import { shown } from './shown-path.ts';
import { table } from './table.ts';

const MOST_ROWS = 40;

export function printOptimum(many: Many, optimum: Optimum | undefined, cost: Cost, verify: number): void {
  if (many.cells.length === 0) return;
  const { loaded, cells, folder, page } = many;
  const out = [
    headLine(many, cells.length === 1 ? 'one setting' : `${cells.length} settings`),
    '',
    ...caveatLines(
      caveatsOfJobs(
        loaded,
        cells.flatMap(({ results }) => results),
      ),
    ),
    ...(optimum === undefined ? [] : [settingTable(optimum, cost), '', ...foundLines(optimum, cost, verify)]),
    '',
    `Results: ${shown(folder)}${many.interrupted === undefined ? '/optimize.csv' : ''}`,
    ...(page === undefined ? [] : [`Report:  ${shown(page)}`]),
  ];
  process.stdout.write(`${out.join('\n')}\n`);
}

/** One row per setting, the cheapest first: its worst expectation and how far that is from its bound. */
function settingTable({ settings, best, frontier }: Optimum, cost: Cost): string {
  const { green, red, bold } = colors(process.stdout);
  const axes = settings[0].cell.ends[0].job.axes.map(({ label }) => label);
  const sorted = settings.toSorted((a, b) => a.cost - b.cost);
  const rows = sorted.slice(0, MOST_ROWS).map((one) => {
    const worst = one.cell.verdicts[one.margins.indexOf(leastMargin(one))];
    return [
      one.keeps ? green('ok') : red('FAILED'),
      ...one.cell.values.map((value) => (one === best ? bold(value) : value)),
      showCost(cost, one),
      String(one.cell.ends.length),
      `${(100 * leastMargin(one)).toFixed(1)} %`,
      worst?.expectation.text ?? '',
      one === best ? bold('cheapest') : frontier.has(one) ? 'frontier' : '',
    ];
  });
  const at = axes.length + 1;
  const more = settings.length > MOST_ROWS ? `\n… and ${settings.length - MOST_ROWS} more in optimize.csv` : '';
  return table(['', ...axes, 'cost', 'seeds', 'margin', 'of', ''], rows, [at, at + 1, at + 2]) + more;
}

function foundLines({ best, share, remarks }: Optimum, cost: Cost, verify: number): string[] {
  const { bold, green, red } = colors(process.stdout);
  if (best === undefined) return [red('No setting that was run keeps the expectations.'), ...remarks];
  const [{ job, reproduce }] = best.cell.ends;
  const chosen = job.axes.map(({ label }, at) => `${label}=${best.cell.values[at]}`).join(' ');
  const count = applicable(best.cell.verdicts).length;
  const lines = [
    `${green('Cheapest')} that keeps ${count === 1 ? 'the expectation' : count === 2 ? 'both expectations' : `all ${count} expectations`}: ${bold(chosen)}, cost ${showCost(cost, best)} (${cost.title}).`,
  ];
  if (share !== undefined) {
    lines.push(
      `All ${verify} fresh seeds hold too: at least ${Math.floor(share * 100)} % of runs do, with 95 % confidence.`,
    );
  }
  return [...lines, ...remarks, `Run it: ${reproduce}`];
}

function showCost({ unit }: Cost, { cost }: Setting): string {
  return Number.isNaN(cost) ? '–' : showInUnit(unit, cost);
}

export function optimumAsJson({ settings, best, frontier, share, remarks }: Optimum, cost: Cost, method: string) {
  const asJson = (one: Setting) => ({
    axes: Object.fromEntries(one.cell.ends[0].job.axes.map(({ path, value }) => [path, value])),
    cost: Number.isNaN(one.cost) ? null : one.cost,
    seeds: one.cell.ends.length,
    margin: leastMargin(one),
    keeps: one.keeps,
    frontier: frontier.has(one),
  });
  return {
    method,
    cost: { title: cost.title, unit: cost.unit },
    best: best === undefined ? null : asJson(best),
    share_shown: share ?? null,
    settings: settings.map(asJson),
    remarks,
  };
}
