// Signals to a process in each of its states, and what its supervisor, or a kubelet in its place, makes of its end.
import { describe, expect, it } from 'vitest';
import { Engine } from '../engine/engine.ts';
import { SupervisedProcess } from './supervised-process.ts';

function rig({ startUs = 1e6, restartUs = 5e6, drains = false } = {}) {
  const engine = new Engine({ seed: 1 });
  const log: string[] = [];
  let lives = 0;
  let exitLife = (): void => undefined;
  const process: SupervisedProcess = new SupervisedProcess(engine, {
    name: 'p-cp1',
    component: 'p',
    machine: 'cp1',
    zone: 'a',
    first: true,
    startUs: () => startUs,
    restartUs: () => restartUs,
    main: (life, exit) => {
      lives += 1;
      exitLife = exit;
      log.push(`main ${engine.now / 1e6}`);
      const beat = life.kind('beat', () => {
        log.push(`beat ${engine.now / 1e6}`);
        life.after(1e6, beat, 0, 0);
      });
      life.after(1e6, beat, 0, 0);
      return { leads: true, ...(drains ? { terminate: () => log.push('terminate') } : {}) };
    },
  });
  const to = (seconds: number): void => engine.run(seconds * 1e6);
  return { engine, process, log, to, exit: () => exitLife(), lives: () => lives };
}

describe('a process', () => {
  it('does nothing before it is started, runs when it is loaded, and is started once only', () => {
    const { process, log, to } = rig();
    process.signal('SIGKILL');
    to(1);
    expect([process.state, process.leads, log]).toEqual(['dead', false, []]);
    process.start();
    process.start();
    to(2);
    process.start();
    to(3.5);
    expect([process.state, process.leads, log]).toEqual(['running', true, ['main 2', 'beat 3']]);
  });

  it('is silent from the instant of SIGKILL, and comes back after the supervisor’s time and its own', () => {
    const { process, log, to } = rig();
    process.run();
    to(1.5);
    process.signal('SIGKILL');
    expect([process.state, process.leads]).toEqual(['dead', false]);
    to(8.6);
    expect(log).toEqual(['main 0', 'beat 1', 'main 7.5', 'beat 8.5']);
  });

  it('ends at SIGTERM at once, or as it likes to, and hears a second one no more', () => {
    const plain = rig();
    plain.process.run();
    plain.process.signal('SIGTERM');
    expect(plain.process.state).toBe('dead');
    const ordered = rig({ drains: true });
    ordered.process.run();
    ordered.process.signal('SIGTERM');
    ordered.process.signal('SIGTERM');
    expect([ordered.process.state, ordered.log]).toEqual(['running', ['main 0', 'terminate']]);
    ordered.exit();
    expect(ordered.process.state).toBe('dead');
  });

  it('holds what falls due while it is stopped, SIGTERM too, and does it when it goes on', () => {
    const { process, log, to } = rig({ drains: true });
    process.run();
    to(0.5);
    process.signal('SIGSTOP');
    to(3);
    process.signal('SIGTERM');
    expect([process.state, log]).toEqual(['stopped', ['main 0']]);
    process.signal('SIGCONT');
    to(3);
    expect(log).toEqual(['main 0', 'terminate', 'beat 3']);
  });

  it('may be stopped and killed while it is loaded', () => {
    const { process, log, to } = rig();
    process.start();
    process.signal('SIGSTOP');
    to(2);
    expect([process.state, log]).toEqual(['stopped', ['main 1']]);
    const other = rig();
    other.process.start();
    other.process.signal('SIGKILL');
    other.to(5.5);
    expect(other.log).toEqual([]);
    other.to(6.5);
    expect(other.log).toEqual(['main 6']);
  });

  it('an exit of an earlier life ends no later one', () => {
    const { process, to, exit, lives } = rig({ restartUs: 0, startUs: 0 });
    process.run();
    const old = exit;
    process.signal('SIGKILL');
    to(1);
    expect([lives(), process.state]).toEqual([2, 'running']);
    old();
    old();
    to(1);
    expect(lives()).toBe(3);
  });
});

describe('who holds a process', () => {
  it('keeps it from being started, as often as it is held', () => {
    const { process, to } = rig();
    process.run();
    process.hold();
    process.hold();
    process.signal('SIGKILL');
    to(100);
    process.letGo();
    to(200);
    expect([process.held, process.state]).toEqual([true, 'dead']);
    process.letGo();
    to(202);
    expect([process.held, process.state]).toEqual([false, 'running']);
    expect(() => process.letGo()).toThrow(/nobody holds it/);
  });
});

it('a kubelet is told of each end, with the exit code, and starts it itself', () => {
  const { process, to, exit } = rig();
  const codes: number[] = [];
  process.onEnd = (code) => codes.push(code);
  for (const end of [() => process.signal('SIGKILL'), () => process.signal('SIGTERM'), exit]) {
    process.run();
    end();
    to(0);
  }
  expect(codes).toEqual([137, 143, 1]);
  to(100);
  expect(process.state).toBe('dead');
  process.start();
  to(102);
  expect(process.state).toBe('running');
});
