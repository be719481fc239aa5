// The page of a run that goes on: a server of its own that sends frames as time passes, and does what is asked on the page.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FRAME_VERSION, type Frame, type Opening } from '../../page/frame.ts';
import { pageDocument, type PageParts } from '../../view/document.ts';
import { type PageServer, servePage } from '../../view/server.ts';
import type { World } from '../../world/build.ts';
import type { LiveRun } from '../live-run.ts';
import { showSpeed } from '../speed.ts';
import type { Acts } from './acts.ts';
import { LiveFrames } from './live-frames.ts';

/** Frames are made so often at most, ms. */
const EVERY_MS = 100;
/** A reader that has not taken so much is cut off, bytes. */
const MOST_WAITING = 16e6;

export interface LivePageOptions {
  readonly run: LiveRun;
  readonly world: World;
  readonly acts: Acts;
  readonly parts: PageParts;
  readonly scenario: string;
  readonly seed: number;
  readonly program: string;
  readonly port: number;
}

/** Starts the server; `url` has a token in its path, without which nobody is answered. */
export async function serveLivePage(options: LivePageOptions): Promise<PageServer> {
  const { run, acts, parts, scenario, seed } = options;
  const sender = new Sender(options);
  run.afterTurns.push(() => sender.changed());
  const document = pageDocument(parts, `${scenario}, seed ${seed}, live`);
  const server = await servePage(
    {
      document,
      frames: (request, response) => sender.add(request, response),
      act: async (order) => {
        const said = await acts.do(order);
        sender.changed();
        return said;
      },
      base: `/${randomBytes(18).toString('base64url')}/`,
    },
    options.port,
  );
  return {
    url: server.url,
    close: async () => {
      sender.close();
      await server.close();
    },
  };
}

/** Makes frames while somebody looks, and sends each to everybody who does. */
class Sender {
  readonly #run: LiveRun;
  readonly #frames: LiveFrames;
  readonly #opening: Opening;
  /** All that was sent, for whoever comes later. */
  readonly #lines: string[] = [];
  readonly #readers = new Set<ServerResponse>();
  #timer: NodeJS.Timeout | undefined;
  #madeAt = 0;

  constructor({ run, world, scenario, seed, program }: LivePageOptions) {
    this.#run = run;
    this.#frames = new LiveFrames(world);
    this.#opening = {
      version: FRAME_VERSION,
      source: 'live',
      scenario,
      seed: String(seed),
      program,
      duration: null,
      explains: false,
      command: '',
      expect: [],
      remarks: [],
    };
  }

  add(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    this.#make();
    response.write(this.#lines.join(''));
    this.#readers.add(response);
    this.#run.connected();
    request.once('close', () => {
      this.#readers.delete(response);
      this.#run.disconnected();
    });
  }

  /** Something may have happened: a frame is made at once, or when the last one is old enough. */
  changed(): void {
    if (this.#readers.size === 0 || this.#timer !== undefined) return;
    const wait = Math.max(0, this.#madeAt + EVERY_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#make();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const reader of this.#readers) reader.end();
  }

  #make(): void {
    this.#madeAt = performance.now();
    const { speed, state } = this.#run;
    const pace = { speed: showSpeed(speed), state };
    const taken = this.#frames.take();
    const frame: Frame = this.#lines.length === 0 ? { opening: this.#opening, ...taken, pace } : { ...taken, pace };
    const line = `${JSON.stringify(frame)}\n`;
    this.#lines.push(line);
    for (const reader of this.#readers) {
      if (reader.writableLength > MOST_WAITING) reader.destroy();
      else reader.write(line);
    }
  }
}
