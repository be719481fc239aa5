// `wavetank new`: a plugin of one's own that works: the file and its test.
import { existsSync } from 'node:fs';
import { InputError } from '../../lib/errors.ts';
import { unknownName } from '../../lib/explain.ts';
import { isReservedName } from '../../results/paths.ts';
import { withExamples } from '../examples.ts';
import { writeNew } from '../new-file.ts';
import { type Names, templates } from '../plugin-templates.ts';
import type { Verb } from '../verb.ts';

interface NewArguments {
  readonly family: string;
  readonly name: string;
  readonly json?: boolean;
}

const families = Object.keys(templates);

export const newPlugin: Verb<NewArguments> = {
  builder: (argv) =>
    withExamples(
      argv
        .positional('family', { describe: families.join(', '), type: 'string', demandOption: true })
        .positional('name', { describe: 'in kebab-case: my-balancer', type: 'string', demandOption: true })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['a balancer, and how to try it', 'wavetank new balancer my-balancer'],
        ['its test, where wavetank is installed', 'node --test my-balancer.test.mjs'],
      ],
    ),
  handler: ({ family, name, json }) => {
    // `wavetank list` has the families' names in the plural.
    const template = templates[family] ?? templates[family.replace(/s$/, '')];
    if (template === undefined) throw new InputError(unknownName('family', family, families));
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
      throw new InputError(`"${name}" is not in kebab-case, such as my-balancer`);
    }
    if (isReservedName(name)) throw new InputError(`"${name}" is a name that Windows keeps for a device`);
    const pascal = name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
    const names: Names = { file: `${name}.mjs`, member: template.kebab === true ? name : pascal };
    const files: readonly (readonly [string, string])[] = [
      [names.file, template.plugin(names)],
      [`${name}.test.mjs`, template.test(names)],
    ];
    const taken = files.find(([file]) => existsSync(file));
    if (taken !== undefined) throw new InputError({ file: taken[0], message: 'is there already' });
    for (const [file, text] of files) writeNew(file, text);
    const [tryIt, testIt] = [template.tryIt(names), `node --test ${name}.test.mjs`];
    if (json === true) {
      const written = files.map(([file]) => file);
      process.stdout.write(`${JSON.stringify({ written, try: tryIt, test: testIt })}\n`);
      return;
    }
    process.stdout.write(
      `new  ${files.map(([file]) => file).join('\nnew  ')}\n\nTry it:   ${tryIt}\nTest it:  ${testIt}\n`,
    );
  },
};
