// Whether a Redis or Valkey can be used as a queue.
import { InputError } from '../../lib/errors.ts';
import { readAddress } from '../../sweep/queue/address.ts';
import { sayOnStandardError } from '../jobs-module.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** Throws an InputError for what is no address. */
export async function queueFinding(given: string): Promise<Finding> {
  const address = readAddress(given);
  const { connect, disconnect, risksOf } = await import('../../sweep/queue/connection.ts');
  try {
    const redis = await connect(address, sayOnStandardError);
    try {
      const server = await redis.info('server');
      const version = /^(?:valkey|redis)_version:(.*?)\r?$/m.exec(server)?.[1] ?? 'of an unknown version';
      const risks = await risksOf(redis, address);
      if (risks.length === 0) return ok('queue', `${address.shown} answers, version ${version}`);
      return note('queue', `${address.shown} answers, version ${version}`, `${risks.join('. ')}.`);
    } finally {
      disconnect(redis);
    }
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return problem(
      'queue',
      error.message,
      'Start it (redis-server), or see that its address and the password are right and no firewall is between.',
    );
  }
}
