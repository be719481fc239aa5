// What is printed of one shard: what is known of all of them is known when they are merged.
import { counted } from '../../lib/plural.ts';
import type { Many } from '../many.ts';
import { headLine } from '../many-print.ts';
import { shown } from '../shown-path.ts';

export function printShard(many: Many): void {
  const { shard = '', ends, folder, interrupted } = many;
  if (ends.length === 0) return;
  const failed = ends.filter(({ failure }) => failure !== undefined).length;
  const out = [headLine(many, `shard ${shard}`)];
  if (failed > 0) out.push(`${counted(failed, 'job')} failed`);
  out.push('', `Results: ${shown(folder)}`);
  if (interrupted === undefined) out.push('`wavetank merge` joins the shards when all of them have ended.');
  process.stdout.write(`${out.join('\n')}\n`);
}
