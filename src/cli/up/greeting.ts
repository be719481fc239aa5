// What is said once a cluster can be talked to.
import { showSpeed } from '../../live/speed.ts';
import type { Job } from '../../scenario/scenario.ts';
import { colors } from '../colors.ts';
import { quote } from '../scenario-options.ts';

interface Greeting {
  readonly job: Job;
  readonly server: string;
  readonly speed: number;
  /** Where it was written. */
  readonly kubeconfig: string;
}

export function greeting({ job, server, speed, kubeconfig }: Greeting): string {
  const { bold, dim } = colors(process.stdout);
  const { name } = job.loaded.scenario;
  const pace =
    speed === 0 ? 'paused' : speed === Infinity ? 'as fast as possible' : `${showSpeed(speed)} as fast as the clock`;
  return [
    `${bold(name)}  seed ${job.seed}, ${pace}, at ${server}`,
    '',
    'In another terminal:',
    '',
    `  export KUBECONFIG=${quote(kubeconfig)}`,
    '  kubectl get po -A',
    '',
    dim('`wavetank time` says what time it is there, `wavetank time +5m` goes on by five minutes. Ctrl-C ends it.'),
    '',
  ].join('\n');
}
