// The page of a finished run: served, or as a file.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Frame } from '../page/frame.ts';
import { linesOf, pageDocument, type PageParts } from './document.ts';
import { type PageServer, type Question, servePage } from './server.ts';

/** `explain` is left out where the run cannot be made again. */
export function serveRun(
  parts: PageParts,
  frame: Frame,
  port: number,
  explain?: (question: Question) => Promise<string>,
): Promise<PageServer> {
  const body = gzipSync(linesOf([frame]));
  const frames = (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, {
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
      'content-length': body.length,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(body);
  };
  const document = pageDocument(parts, titleOf(frame));
  return servePage({ document, frames, ...(explain === undefined ? {} : { explain }) }, port);
}

/** A document that needs neither server nor network. */
export function runDocument(parts: PageParts, frame: Frame): string {
  return pageDocument(parts, titleOf(frame), [frame]).text;
}

function titleOf({ opening }: Frame): string {
  return opening === undefined ? 'wavetank' : `${opening.scenario}, seed ${opening.seed}`;
}
