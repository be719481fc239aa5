// The log of a container.
import type { Script } from '../../engine/script.ts';
import { notSimulated } from '../../api/resources/status.ts';
import type { Call } from '../call.ts';
import type { Server } from '../server.ts';

export function* answerLog(_server: Server, _call: Call): Script {
  yield* [];
  throw notSimulated('logs');
}
