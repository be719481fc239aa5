// `wavetank plan`: how many nodes of which pool it takes so that every pod has one, also without any one zone.
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { loadFamilies } from '../../library/plugins.ts';
import type { NodePool } from '../../model/settings/cluster.ts';
import { expandJobs } from '../../scenario/expand.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import { type Families, familySchemas } from '../../world/families.ts';
import type { PendingPods } from '../../world/pending.ts';
import { type Fewest, fewestNodes, leftPending } from '../../world/placement/plan.ts';
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
  readonly json?: boolean;
}

/** Of one pool: the others stay as they are. */
interface Planned extends Fewest {
  readonly pool: string;
  readonly now: number;
  readonly zones: readonly string[];
  /** With a zone less: the fewest with which any one may be lost. */
  readonly spareZone?: Fewest;
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
        .option('most', {
          describe: `no more nodes than so many are tried (default: ${MOST})`,
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['nodes for manifests, of the usual size', 'wavetank plan deployment.yaml'],
        ['with a zone to spare', 'wavetank plan shop.yaml --spare-zone'],
        [
          'of another size',
          "wavetank plan deployment.yaml --set 'spec.cluster.nodePools=[{ name: big, zones: [a, b, c], capacity: { cpu: 16, memory: 64Gi } }]'",
        ],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const base = load(given, families);
    const pools = poolsOf(base, given.pool);
    const most = wholeNumber('most', given.most, 1) ?? MOST;
    const bar = progress(base.scenario.name, given.json !== true);
    const planned = pools.map((pool, index) => {
      bar.update(index / pools.length, 0);
      return planOf(given, families, base, pool, most);
    });
    bar.stop();
    process.stdout.write(
      given.json === true ? `${JSON.stringify({ scenario: base.scenario.name, pools: planned })}\n` : text(planned),
    );
    if (planned.every(({ nodes }) => nodes === undefined)) process.exitCode = 1;
  },
};

function poolsOf({ scenario }: LoadedScenario, wanted: string | undefined): readonly NodePool[] {
  const { nodePools } = scenario.cluster;
  if (nodePools.length === 0)
    throw new UsageError('the cluster is of Node objects: add a pool, --set spec.cluster.nodePools=[{ name: more }]');
  if (scenario.nodeAutoscaler !== undefined)
    throw new UsageError(
      'the scenario has a node autoscaler, which sizes pools by itself: `wavetank run` says how large they become',
    );
  const found = wanted === undefined ? nodePools : nodePools.filter(({ name }) => name === wanted);
  const names = nodePools.map(({ name }) => name);
  if (found.length === 0)
    throw new InputError(
      `--pool: there is no pool ${wanted ?? ''}, only ${names.join(', ')}${didYouMean(wanted ?? '', names)}`,
    );
  return found;
}

function planOf(given: PlanArguments, families: Families, base: LoadedScenario, pool: NodePool, most: number): Planned {
  const leaves = (changed: Partial<Pick<NodePool, 'count' | 'zones'>>): readonly PendingPods[] =>
    leftPending(jobWith(given, families, base, pool, changed), families);
  const least = base.scenario.cluster.nodePools.length === 1 ? 1 : 0;
  const fewest = fewestNodes((count) => leaves({ count }), pool.count, least, most);
  const { zones } = pool;
  const spared =
    given.spareZone === true && zones.length > 1 && fewest.nodes !== undefined
      ? fewestNodes(
          (count) => firstLeft(zones, count, leaves),
          Math.max(zones.length, fewest.nodes),
          zones.length,
          most,
        )
      : undefined;
  const needed = (given.spareZone === true ? spared?.nodes : fewest.nodes) ?? 0;
  return {
    pool: pool.name,
    now: pool.count,
    zones,
    ...fewest,
    ...(spared === undefined ? {} : { spareZone: spared }),
    hourlyCost: needed * pool.hourlyCost,
  };
}

/** Of the zones the first without which something is left: nodes go round the zones, so that the first ones have one more. */
function firstLeft(
  zones: readonly string[],
  count: number,
  leaves: (changed: { readonly count: number; readonly zones: readonly string[] }) => readonly PendingPods[],
): readonly PendingPods[] {
  for (const [index, lost] of zones.entries()) {
    const inZone = Math.ceil((count - index) / zones.length);
    const left = leaves({ count: count - inZone, zones: zones.filter((zone) => zone !== lost) });
    if (left.length > 0) return left;
  }
  return [];
}

/** Only where pods are placed matters: nobody sends requests, and nothing happens. */
function jobWith(
  given: PlanArguments,
  families: Families,
  base: LoadedScenario,
  pool: NodePool,
  changed: Partial<Pick<NodePool, 'count' | 'zones'>>,
) {
  const path = `spec.cluster.nodePools[name=${pool.name}]`;
  const alone = base.scenario.cluster.nodePools.length === 1;
  const { count, zones } = changed;
  const set = [
    ...(given.set === undefined ? [] : [given.set].flat()),
    ...NOTHING_ELSE,
    ...(zones === undefined ? [] : [`${path}.zones=${JSON.stringify(zones)}`]),
    ...(count === undefined || alone ? [] : [`${path}.count=${count}`]),
  ];
  // The only pool need not be written in the scenario.
  const sized = count !== undefined && alone ? { ...given, set, nodes: String(count) } : { ...given, set };
  const [job] = expandJobs(load(sized, families), { families: familySchemas(families), seeds: 1, base: true });
  return job;
}

function text(planned: readonly Planned[]): string {
  const { bold } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  const spare = planned.some((one) => one.spareZone !== undefined);
  const priced = planned.some(({ hourlyCost }) => hourlyCost > 0);
  const number = (nodes: number | undefined): string => (nodes === undefined ? 'none will do' : String(nodes));
  const rows = planned.map(({ pool, now, zones, nodes, spareZone, hourlyCost }) => [
    pool,
    zones.join(', '),
    String(now),
    bold(number(nodes)),
    ...(spare ? [spareZone === undefined ? '' : bold(number(spareZone.nodes))] : []),
    ...(priced ? [hourlyCost === 0 ? '' : hourlyCost.toFixed(2)] : []),
  ]);
  const head = [
    'pool',
    'zones',
    'nodes now',
    'needed',
    ...(spare ? ['with a zone lost'] : []),
    ...(priced ? ['cost per hour'] : []),
  ];
  const lines = [table(head, rows, [2, 3, 4, 5])];
  for (const { pool, nodes, pending, spareZone } of planned) {
    const shown = spareZone ?? { nodes, pending };
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
