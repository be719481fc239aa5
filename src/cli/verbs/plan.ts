// `wavetank plan`: how many nodes of which pool it takes so that every pod has one, also without any one zone.
import { InputError } from '../../lib/errors.ts';
import { didYouMean } from '../../lib/suggest.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { scaledOut } from '../../scenario/scaled-out.ts';
import type { LoadedScenario } from '../../scenario/scenario.ts';
import type { Families } from '../../world/families.ts';
import { planPool } from '../../world/placement/planned-pool.ts';
import { type SizedPool, sizedPools } from '../../world/placement/sized-pools.ts';
import { withExamples } from '../examples.ts';
import { UsageError } from '../failure.ts';
import { planText } from '../placement/plan-text.ts';
import { progress } from '../progress.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
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
      return planPool(pool, all.length === 1, given.spareZone === true, most, families);
    });
    bar.stop();
    process.stdout.write(
      given.json === true ? `${JSON.stringify({ scenario: base.scenario.name, pools: planned })}\n` : planText(planned),
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

/** Only where pods are placed matters: nobody sends requests, nothing happens, and pools keep the size that is tried. */
function withoutEvents(given: PlanArguments, families: Families): LoadedScenario {
  const set = given.set === undefined ? [] : [given.set].flat();
  const quiet = load({ ...given, set: [...set, ...NOTHING_ELSE] }, families);
  const { nodeAutoscaler: _sizes, ...scenario } = quiet.scenario;
  const still = { ...quiet, scenario };
  return given.scaledOut === true ? scaledOut(still) : still;
}
