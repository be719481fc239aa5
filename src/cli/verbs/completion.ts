// `wavetank completion`: what makes a shell complete verbs, options and names.
import { InputError } from '../../lib/errors.ts';
import { unknownName } from '../../lib/explain.ts';
import { version } from '../../library/package.ts';
import { withExamples } from '../examples.ts';
import { UsageError } from '../failure.ts';
import type { VerbWord } from '../completion/words.ts';
import type { DeclaredVerb, Verb } from '../verb.ts';

interface CompletionArguments {
  readonly shell?: string;
  readonly json?: boolean;
}

/** Of these verbs. */
export const completion = (verbs: readonly DeclaredVerb[]): Verb<CompletionArguments> => ({
  builder: (argv) =>
    withExamples(
      argv.positional('shell', { describe: 'bash, zsh, fish', type: 'string' }).option('json', {
        describe: 'print verbs, arguments and options as one JSON object on standard output',
        type: 'boolean',
      }),
      [
        ['bash', 'wavetank completion bash > ~/.local/share/bash-completion/completions/wavetank'],
        ['zsh', 'wavetank completion zsh > "${fpath[1]}/_wavetank"'],
        ['fish', 'wavetank completion fish > ~/.config/fish/completions/wavetank.fish'],
        ['for programs', 'wavetank completion --json'],
      ],
    ),
  handler: async ({ shell, json }) => {
    const { SHELLS } = await import('../completion/values.ts');
    if (shell === undefined && json !== true) throw new UsageError(`completion: name a shell: ${SHELLS.join(', ')}`);
    const known = SHELLS.find((one) => one === shell);
    if (shell !== undefined && known === undefined) throw new InputError(unknownName('shell', shell, SHELLS));
    const { wordsOf } = await import('../completion/words.ts');
    const words = await wordsOf(verbs);
    if (json === true || known === undefined) process.stdout.write(`${JSON.stringify({ verbs: words })}\n`);
    else process.stdout.write(await scriptFor(known, words));
  },
});

async function scriptFor(shell: 'bash' | 'zsh' | 'fish', words: readonly VerbWord[]): Promise<string> {
  if (shell === 'bash') return (await import('../completion/bash.ts')).bashScript(words, version());
  if (shell === 'zsh') return (await import('../completion/zsh.ts')).zshScript(words, version());
  return (await import('../completion/fish.ts')).fishScript(words, version());
}
