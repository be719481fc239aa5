// `wavetank plan`: how many nodes of which pool it takes so that every pod has one, also without any one zone.
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { scaledOut } from '../../scenario/scaled-out.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { Families } from '../../world/families.ts';
import type { PendingPods } from '../../world/pending.ts';
import { type Fewest, fewestNodes, leftPending } from '../../world/placement/plan.ts';
import { type SizedPool, sizedPools } from '../../world/placement/sized-pools.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { UsageError } from '../failure.ts';
import { wrap } from '../lines.ts';
import { progress } from '../progress.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

const MOST = 1000;
const NOTHING_ELSE = ['spec.timeline=[]', 'spec.faults=[]', 'spec.traffic=[]', 'spec.expect=[]'];

interface PlanArguments extends ScenarioArguments {
  readonly pool?: string;
  readonly spareZone?: boolean;
  readonly most?: string;
  readonly scaledOut?: boolean;
  readonly json?: boolean;
}

/** Of one pool: the others stay as they are. */
interface Planned extends Fewest {
  readonly pool: string;
  readonly now: number;
  readonly zones: readonly string[];
  /** With a zone less: the fewest with which any one may be lost. */
  readonly spareZone?: Fewest;
  /** Within which the node autoscaler would keep it. */
  readonly limits?: { readonly min: number; readonly max: number };
  /** Per hour, of what is needed; 0 where the pool has no price. */
  readonly hourlyCost: number;
}

export const plan: Verb<PlanArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('pool', {
          describe: 'the pool that is to be sized (default: each in turn, the others as they are)',
          type: 'string',
          requiresArg: true,
        })
        .option('spare-zone', {
          describe: 'also how many it takes so that all pods have a node when any one zone is lost',
          type: 'boolean',
        })
        .option('scaled-out', {
          describe: 'with as many pods as HorizontalPodAutoscalers may make (default: as many as the manifests say)',
          type: 'boolean',
        })
        .option('most', {
          describe: `no more nodes than so many are tried (default: ${MOST})`,
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['nodes for manifests, of the usual size', 'wavetank plan deployment.yaml'],
        ['with a zone to spare', 'wavetank plan shop.yaml --spare-zone'],
        ['for a cluster as it was found, its nodes by pool', 'wavetank plan mine --spare-zone --scaled-out'],
        [
          'of another size',
          "wavetank plan deployment.yaml --set 'spec.cluster.nodePools=[{ name: big, zones: [a, b, c], capacity: { cpu: 16, memory: 64Gi } }]'",
        ],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const base = withoutEvents(given, families);
    const all = sizedPools(base);
    const pools = chosen(all, given.pool);
    const most = wholeNumber('most', given.most, 1) ?? MOST;
    const bar = progress(base.scenario.name, given.json !== true);
    const planned = pools.map((pool, index) => {
      bar.update(index / pools.length, 0);
      return planOf(pool, all.length === 1, given.spareZone === true, most, families);
    });
    bar.stop();
    process.stdout.write(
      given.json === true ? `${JSON.stringify({ scenario: base.scenario.name, pools: planned })}\n` : text(planned),
    );
    if (planned.every(({ nodes }) => nodes === undefined)) process.exitCode = 1;
  },
};

function chosen(pools: readonly SizedPool[], wanted: string | undefined): readonly SizedPool[] {
  const found = wanted === undefined ? pools : pools.filter(({ name }) => name === wanted);
  const names = pools.map(({ name }) => name);
  if (names.length === 0)
    throw new UsageError('the cluster has no nodes: add a pool, --set spec.cluster.nodePools=[{ name: more }]');
  if (found.length === 0)
    throw new InputError(
      `--pool: there is no pool ${wanted ?? ''}, only ${names.join(', ')}${didYouMean(wanted ?? '', names)}`,
    );
  return found;
}

function planOf(pool: SizedPool, alone: boolean, spareZone: boolean, most: number, families: Families): Planned {
  const leaves = (loaded: LoadedScenario): readonly PendingPods[] => {
    const { seed } = loaded.scenario;
    return leftPending({ id: `seed-${seed}`, seed, axes: [], set: [], loaded }, families);
  };
  const { name, now, zones, limits } = pool;
  const fewest = fewestNodes((count) => leaves(pool.with(count)), now, alone ? 1 : 0, most);
  const spared =
    spareZone && zones.length > 1 && fewest.nodes !== undefined
      ? fewestNodes(
          (count) => firstLeft(zones, (lost) => leaves(pool.with(count, lost))),
          Math.max(zones.length, fewest.nodes),
          zones.length,
          most,
        )
      : undefined;
  const needed = (spareZone ? spared?.nodes : fewest.nodes) ?? 0;
  return {
    pool: name,
    now,
    zones,
    ...fewest,
    ...(spared === undefined ? {} : { spareZone: spared }),
    ...(limits === undefined ? {} : { limits }),
    hourlyCost: needed * pool.hourlyCost,
  };
}

/** Of the zones the first without which something is left: nodes go round the zones, so that the first ones have one more. */
function firstLeft(zones: readonly string[], leaves: (lost: string) => readonly PendingPods[]): readonly PendingPods[] {
  for (const lost of zones) {
    const left = leaves(lost);
    if (left.length > 0) return left;
  }
  return [];
}

/** Only where pods are placed matters: nobody sends requests, nothing happens, and pools keep the size that is tried. */
function withoutEvents(given: PlanArguments, families: Families): LoadedScenario {
  const set = given.set === undefined ? [] : [given.set].flat();
  const quiet = load({ ...given, set: [...set, ...NOTHING_ELSE] }, families);
  const { nodeAutoscaler: _sizes, ...scenario } = quiet.scenario;
  const still = { ...quiet, scenario };
  return given.scaledOut === true ? scaledOut(still) : still;
}

function text(planned: readonly Planned[]): string {
  const { bold } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  const spare = planned.some((one) => one.spareZone !== undefined);
  const limited = planned.some(({ limits }) => limits !== undefined);
  const priced = planned.some(({ hourlyCost }) => hourlyCost > 0);
  const number = (nodes: number | undefined): string => (nodes === undefined ? 'none will do' : String(nodes));
  const rows = planned.map(({ pool, now, zones, nodes, spareZone, limits, hourlyCost }) => [
    pool,
    zones.join(', '),
    String(now),
    bold(number(nodes)),
    ...(spare ? [spareZone === undefined ? '' : bold(number(spareZone.nodes))] : []),
    ...(limited ? [limits === undefined ? '' : `${limits.min} to ${limits.max}`] : []),
    ...(priced ? [hourlyCost === 0 ? '' : hourlyCost.toFixed(2)] : []),
  ]);
  const head = [
    'pool',
    'zones',
    'nodes now',
    'needed',
    ...(spare ? ['with a zone lost'] : []),
    ...(limited ? ['autoscaler'] : []),
    ...(priced ? ['cost per hour'] : []),
  ];
  const lines = [table(head, rows, [2, 3, 4, 5, 6])];
  for (const { pool, nodes, pending, spareZone, limits } of planned) {
    const shown = spareZone ?? { nodes, pending };
    if (limits !== undefined && (shown.nodes ?? Infinity) > limits.max)
      lines.push('', `${pool}: its autoscaler stops at ${limits.max}`);
    const [first] = shown.pending;
    if (first === undefined) continue;
    const when =
      shown.nodes === undefined
        ? 'however many nodes'
        : `with ${shown.nodes - 1}${spareZone === undefined ? '' : ' and a zone lost'}`;
    lines.push(
      '',
      wrap(
        `${pool}, ${when}: ${first.example}${first.pods > 1 ? ` and ${first.pods - 1} more` : ''} would wait: ${first.message}`,
        width,
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}
