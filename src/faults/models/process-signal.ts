// A signal of Unix to processes of the control plane: kube-scheduler, kube-controller-manager and whatever else is one.
import { z } from 'zod';
import { InputError } from '../../lib/errors.ts';
import { distribution } from '../../lib/distribution.ts';
import { member } from '../../lib/family.ts';
import { didYouMean } from '../../lib/suggest.ts';
import type { ControlPlaneProcess } from '../../model/ports/control-plane-processes.ts';
import type { Fault, FaultContext } from '../fault.ts';

const args = z
  .strictObject({
    process: z.string().optional().describe('one process, called as its pod is: `kube-scheduler-cp1`'),
    machine: z
      .string()
      .optional()
      .describe('all processes of this machine of the control plane: a node that shows their pods, or `cp1`'),
    component: z.string().optional().describe('processes of this component, `kube-scheduler` (default: of every one)'),
    which: z
      .enum(['leader', 'followers', 'all', 'any'])
      .optional()
      .describe(
        'which of them: those that lead, those that do not, all, or one drawn among those that live (default: `leader`; `all` with a machine)',
      ),
    signal: z
      .enum(['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'])
      .default('SIGKILL')
      .describe('SIGKILL ends it at once, SIGTERM as it likes to end, SIGSTOP freezes it, SIGCONT lets it go on'),
    for: distribution
      .optional()
      .describe(
        'of SIGKILL and SIGTERM: it is not started again for so long (default: its supervisor decides); of SIGSTOP: it goes on then (default: never)',
      ),
  })
  .refine(({ process, machine, component }) => process === undefined || (machine ?? component) === undefined, {
    message: 'name a process, or a machine and a component',
    path: ['process'],
  })
  .refine(({ signal, for: length }) => signal !== 'SIGCONT' || length === undefined, {
    message: 'SIGCONT is over at once',
    path: ['for'],
  });

export const processSignal = member<FaultContext, Fault, typeof args>({
  name: 'ProcessSignal',
  summary: 'Processes of the control plane get a signal: they die, end in order, freeze or go on.',
  args,
  create(
    { process, machine, component, which = machine === undefined ? 'leader' : 'all', signal, for: length },
    context,
  ) {
    const { processes } = context;
    checkProcess(
      'ProcessSignal',
      'process',
      process,
      processes.list.map(({ name }) => name),
    );
    checkProcess('ProcessSignal', 'machine', machine, [...new Set(processes.list.map((one) => one.machine))]);
    checkProcess('ProcessSignal', 'component', component, [...new Set(processes.list.map((one) => one.component))]);
    const choose = (): ControlPlaneProcess[] => {
      if (process !== undefined) return processes.list.filter(({ name }) => name === process);
      const ofComponent = processes.list.filter(
        (one) =>
          (component === undefined || one.component === component) &&
          (machine === undefined || one.machine === machine),
      );
      const alive = ofComponent.filter(({ state }) => state !== 'dead');
      if (which === 'all') return ofComponent;
      if (which === 'any') return alive.length === 0 ? [] : [alive[context.random.int(alive.length)]];
      return alive.filter(({ leads }) => leads === (which === 'leader'));
    };
    return {
      fire() {
        const chosen = choose();
        if (chosen.length === 0) context.announce(`${signal} finds no process`);
        for (const { name } of chosen) {
          const forUs = length === undefined ? undefined : context.draw(length);
          send(context, name, signal, forUs);
        }
      },
    };
  },
});

function send(
  context: FaultContext,
  name: string,
  signal: z.output<typeof args>['signal'],
  forUs: number | undefined,
): void {
  const { processes } = context;
  if (signal === 'SIGCONT' || (forUs === undefined && signal !== 'SIGSTOP')) {
    context.announce(`${signal} to ${name}`);
    processes.signal(name, signal);
    return;
  }
  const stops = signal === 'SIGSTOP';
  context.strike(
    {
      what: `${signal} to ${name}`,
      begin() {
        if (!stops) processes.hold(name);
        processes.signal(name, signal);
      },
      end() {
        if (stops) processes.signal(name, 'SIGCONT');
        else processes.letGo(name);
      },
    },
    forUs,
  );
}

/** Throws an InputError for one that does not exist. */
export function checkProcess(fault: string, what: string, name: string | undefined, valid: readonly string[]): void {
  if (name === undefined || valid.includes(name)) return;
  throw new InputError(`${fault}: there is no ${what} "${name}"${didYouMean(name, valid)}`);
}
