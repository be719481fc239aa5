// `wavetank time`: what time it is in a running simulation; steps, pauses, another speed.
import type { Argv } from 'yargs';
import { InputError } from '../../lib/errors.ts';
import { parseDurationUs } from '../../lib/units.ts';
import { type Access, readKubeconfig } from '../../live/kubeconfig.ts';
import { parseSpeed } from '../../live/speed.ts';
import type { TimeAnswer, TimeOrder } from '../../live/time-api.ts';
import { askTime } from '../../live/time-client.ts';
import { showDuration } from '../../world/expectations.ts';
import { withExamples } from '../examples.ts';
import type { Verb } from '../verb.ts';

interface TimeArguments {
  readonly what?: string;
  readonly kubeconfig?: string;
  readonly server?: string;
  readonly json?: boolean;
}

const USUAL = 'wavetank.kubeconfig';

export const time: Verb<TimeArguments> = {
  builder: (argv: Argv) =>
    withExamples(
      argv
        .positional('what', {
          describe: 'a step such as +5m, a speed such as 60x or max, or pause; without it, what time it is is printed',
          type: 'string',
        })
        .option('kubeconfig', {
          describe: `the kubeconfig that \`wavetank up\` has written (default: $KUBECONFIG, else ${USUAL})`,
          type: 'string',
          requiresArg: true,
        })
        .option('server', {
          describe: 'instead of a kubeconfig: an address with --insecure-http, such as http://127.0.0.1:8001',
          type: 'string',
          requiresArg: true,
        })
        .option('json', { describe: 'print one JSON object on standard output', type: 'boolean' }),
      [
        ['what time it is there', 'wavetank time'],
        ['five minutes later', 'wavetank time +5m'],
        ['an hour a minute', 'wavetank time 60x'],
        ['stand still', 'wavetank time pause'],
      ],
    ),
  handler: async ({ what, kubeconfig, server, json }) => {
    const order = what === undefined ? undefined : readOrder(what);
    const answer = await askTime(accessOf(kubeconfig, server), order);
    process.stdout.write(json === true ? `${JSON.stringify(answer)}\n` : `${inWords(answer)}\n`);
  },
};

/** Throws an InputError. */
function readOrder(what: string): TimeOrder {
  if (what.startsWith('+') && (parseDurationUs(what.slice(1)) ?? 0) > 0) return { step: what.slice(1) };
  if (parseSpeed(what) !== undefined) return { speed: what };
  throw new InputError(
    `time: expected a step such as +5m, a speed such as 60x or max, or pause, got ${JSON.stringify(what)}`,
  );
}

/** Throws an InputError. */
function accessOf(kubeconfig: string | undefined, server: string | undefined): Access {
  if (server === undefined) return readKubeconfig(kubeconfig ?? (process.env['KUBECONFIG'] || USUAL));
  if (kubeconfig !== undefined) throw new InputError('time: name --kubeconfig or --server, not both');
  if (!URL.canParse(server) || new URL(server).protocol !== 'http:') {
    throw new InputError(`--server: expected an address such as http://127.0.0.1:8001, got ${JSON.stringify(server)}`);
  }
  return { server, authority: undefined, token: undefined };
}

const HOW: Readonly<Record<TimeAnswer['state'], string>> = {
  running: 'running',
  paused: 'paused',
  idle: 'standing still until somebody connects',
  ended: 'ended',
  failed: 'stopped by an error',
};

function inWords({ scenario, simulated_seconds, time: date, speed, state, behind }: TimeAnswer): string {
  const pace =
    state === 'running' && speed !== 'pause' ? ` at ${speed}${behind ? ', which takes longer than that' : ''}` : '';
  return `${scenario}: ${showDuration(simulated_seconds * 1e6)} after its start (${date}), ${HOW[state]}${pace}`;
}
