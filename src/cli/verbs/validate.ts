// `wavetank validate`: checks the input and lists what is not simulated.
import { colors } from '../colors.ts';
import { withExamples } from '../examples.ts';
import { loadFamilies } from '../../library/plugins.ts';
import { load, type ScenarioArguments, scenarioOptions } from '../scenario-options.ts';
import { table } from '../table.ts';
import type { Verb } from '../verb.ts';

interface ValidateArguments extends ScenarioArguments {
  readonly json?: boolean;
}

export const validate: Verb<ValidateArguments> = {
  builder: (argv) =>
    withExamples(
      scenarioOptions(argv).option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['is the file valid, and what in it is not simulated?', 'wavetank validate shop-zone-loss'],
        ['fail when something has no effect', 'wavetank validate deployment.yaml --strict'],
      ],
    ),
  handler: async (given) => {
    const { scenario, objects, nodes, ignored, caveats, warnings, notes, assumptions, hash } = load(
      given,
      await loadFamilies(given.plugin),
    );
    const nodeCount = nodes.length + scenario.cluster.nodePools.reduce((sum, pool) => sum + pool.count, 0);
    if (given.json === true) {
      const fields = ignored.map(({ object, path, place }) => ({ object, path, file: place.file, line: place.line }));
      const body = {
        valid: true,
        scenario: scenario.name,
        hash,
        nodes: nodeCount,
        objects: objects.length,
        ignored: fields,
        caveats,
        warnings,
        notes,
        assumptions,
      };
      process.stdout.write(`${JSON.stringify(body)}\n`);
      return;
    }
    const { bold, dim } = colors(process.stdout);
    const out = [
      `${bold(scenario.name)} is valid: ${nodeCount} nodes, ${objects.length} objects, ${scenario.expect.length} expectations.`,
    ];
    for (const caveat of caveats) out.push(caveat);
    for (const note of notes) out.push(`note: ${note}`);
    if (ignored.length > 0) {
      out.push('', `Valid, and without effect on the simulation (${ignored.length}):`);
      const rows = ignored.map(({ object, path, place }) => [
        object,
        path === '' ? 'the whole object' : path,
        dim(place.file === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}`),
      ]);
      out.push(table(['', '', ''], rows));
    }
    process.stdout.write(`${out.join('\n')}\n`);
  },
};
