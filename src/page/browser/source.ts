// Where frames come from: out of the document itself, or from the server, a line of JSON each.
import type { Frame } from '../frame.ts';

/** Calls `take` with each frame as it comes. Rejects when the server cannot be asked. */
export async function readFrames(take: (frame: Frame) => void): Promise<void> {
  const embedded = document.querySelector('#frames')?.textContent;
  const stream = embedded == null ? await fromServer() : unzipped(embedded);
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  /** Of a line that has not ended. */
  let parts: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const [first, ...more] = value.split('\n');
    parts.push(first);
    for (const next of more) {
      takeLine(parts.join(''), take);
      parts = [next];
    }
  }
  takeLine(parts.join(''), take);
}

function takeLine(line: string, take: (frame: Frame) => void): void {
  if (line !== '') take(JSON.parse(line) as Frame);
}

type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

async function fromServer(): Promise<Bytes> {
  const response = await fetch('frames');
  if (!response.ok || response.body === null) throw new Error(`the server answers ${response.status}`);
  return response.body;
}

function unzipped(base64: string): Bytes {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  return new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
}

/** What `wavetank explain` says of a pod or workload at a moment. Rejects with the server's words. */
export async function explain(subject: 'pod' | 'workload', name: string, seconds: number): Promise<string> {
  const response = await fetch(`explain?${new URLSearchParams({ [subject]: name, at: String(seconds) }).toString()}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

/** Asks a live run for something: another speed, a step, an entry of a timeline. Rejects with the server's words. */
export async function act(order: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await fetch('act', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
