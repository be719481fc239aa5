// `wavetank capacity`: how many more of this pod fit, and what binds first.
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { expandJobs } from '../../scenario/expand.ts';
import { familySchemas } from '../../world/families.ts';
import { type Capacity, capacityOf } from '../../world/placement/capacity.ts';
import { showDuration } from '../../world/expectations.ts';
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { wrap } from '../lines.ts';
import { askedPod, type PodOptions } from '../placement/asked-pod.ts';
import { load, type ScenarioArguments, scenarioOptions, wholeNumber } from '../scenario-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

const MOST = 10_000;
/** Reasons of one pool and zone that are printed. */
const MOST_REASONS = 3;

/** Nobody is preempted for pods that are only asked about. */
const OF_PREEMPTION = / no new claims to deallocate, preemption: [^]*$/;

interface CapacityArguments extends ScenarioArguments, PodOptions {
  readonly at?: string;
  readonly most?: string;
  readonly json?: boolean;
}

export const capacity: Verb<CapacityArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv)
        .option('like', {
          describe:
            'a workload whose pods it is like, with their affinities, spreads and tolerations: kind/namespace/name',
          type: 'string',
          requiresArg: true,
        })
        .option('cpu', { describe: 'what it requests, such as 500m', type: 'string', requiresArg: true })
        .option('memory', { describe: 'what it requests, such as 1Gi', type: 'string', requiresArg: true })
        .option('at', {
          describe: 'when it is asked, such as 5m (default: at the end of the run)',
          type: 'string',
          requiresArg: true,
        })
        .option('most', {
          describe: `no more than so many are tried (default: ${MOST})`,
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        [
          'more pods of a Deployment, in a cluster as it was found',
          'wavetank capacity mine --like deployment/shop/web --at 1m',
        ],
        ['of another size', 'wavetank capacity mine --cpu 2 --memory 8Gi'],
        ['with another scheduler', 'wavetank capacity mine --cpu 2 --set spec.scheduler.policy=TightestFit'],
      ],
    ),
  handler: async (given) => {
    const families = await loadFamilies(given.plugin);
    const loaded = load(given, families);
    const { name, namespace, template } = askedPod(loaded, given);
    const atUs = given.at === undefined ? undefined : parseDurationUs(given.at);
    if (given.at !== undefined && atUs === undefined) {
      throw new InputError(`--at: expected a duration such as "5m", got "${given.at}"`);
    }
    const most = wholeNumber('most', given.most, 1) ?? MOST;
    const [job] = expandJobs(loaded, { families: familySchemas(families), seeds: 1 });
    const found = capacityOf(job, families, { namespace, template, atUs, most });
    process.stdout.write(
      given.json === true
        ? `${JSON.stringify({ scenario: loaded.scenario.name, asked: name, ...found })}\n`
        : text(name, found),
    );
  },
};

function text(name: string, { pods, unbounded, atUs, places, message }: Capacity): string {
  const { bold } = colors(process.stdout);
  const width = process.stdout.columns ?? 120;
  const rows = places.map(({ pool, zone, nodes, pods: more, reasons }) => [
    pool,
    zone,
    String(nodes),
    String(more),
    reasons.length === 0
      ? ''
      : reasons
          .slice(0, MOST_REASONS)
          .map(({ reason, nodes: count }) => `${count} ${reason}`)
          .join(', '),
  ]);
  const head = unbounded ? `${pods} or more` : String(pods);
  const lines = [
    `${bold(head)} more ${name} fit at ${showDuration(atUs)}.`,
    '',
    table(['pool', 'zone', 'nodes', 'more pods', 'then, on so many of its nodes'], rows, [2, 3]),
  ];
  if (message !== undefined)
    lines.push(
      '',
      wrap(`What binds first, as the scheduler says of the next one: ${message.replace(OF_PREEMPTION, '')}`, width),
    );
  return `${lines.join('\n')}\n`;
}
