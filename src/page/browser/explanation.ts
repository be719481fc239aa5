// Why a pod is where it is, or a workload not what it should be: the server runs `wavetank explain`; a page without a server says the command.
import type { DetailsContext } from './details-view.ts';
import { element } from './dom.ts';
import { explain } from './source.ts';
import { durationWords } from './words.ts';

type Subject = 'pod' | 'workload';

export class Explanation {
  readonly #context: DetailsContext;
  /** What was asked last, and what came of it. */
  #asked = '';
  #text = '';

  constructor(context: DetailsContext) {
    this.#context = context;
  }

  clear(): void {
    this.#asked = '';
    this.#text = '';
  }

  /** A button and what it brought, or the command to be typed; nothing where the run cannot be made again. */
  about(subject: Subject, name: string, seconds: number): Node[] {
    const { opening } = this.#context.recording;
    if (opening === undefined || opening.command === '') return [];
    if (!opening.explains) {
      const command = `wavetank explain ${opening.command} --${subject} ${quoted(name)} --at ${durationWords(seconds)}`;
      return [element('p', { class: 'muted' }, 'Why? Ask on the command line:'), element('pre', {}, command)];
    }
    const label = subject === 'pod' ? 'Why is it where it is?' : 'What is wrong with it?';
    const button = element('button', { key: 'explain', onClick: () => void this.#ask(subject, name, seconds) }, label);
    button.type = 'button';
    if (this.#text === '') return [button];
    const text = element('pre', { key: 'explanation' }, this.#text);
    text.tabIndex = 0;
    return [button, element('p', { class: 'muted' }, this.#asked), text];
  }

  async #ask(subject: Subject, name: string, seconds: number): Promise<void> {
    const asked = `at ${this.#context.clock(seconds)}`;
    this.#asked = asked;
    this.#text = 'The run is made again up to this moment …';
    let text: string;
    try {
      text = await explain(subject, name, seconds);
    } catch (error) {
      text = (error as Error).message;
    }
    // Something else may have been chosen meanwhile.
    if (this.#asked === asked) this.#text = text;
  }
}

function quoted(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", String.raw`'\''`)}'`;
}
