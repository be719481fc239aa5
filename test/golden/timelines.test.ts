import { expect, test } from 'vitest';
import { recordings } from './timelines/recording.ts';
import { replay } from './timelines/replay.ts';
import { phasesOf } from './timelines/figures.ts';
for (const r of recordings()) test(`${r.group}/${r.name}`, () => {
  for (const [i, run] of r.runs.entries()) {
    const start = process.cpuUsage();
    const ours = replay(r, run, i + 1);
    const theirs = phasesOf(run.entries, run.summary.actions);
    const cpu = process.cpuUsage(start);
    let out = `== ${r.group}/${r.name}/${run.name} cpu ${(cpu.user / 1e6).toFixed(1)}\n`;
    for (const [k, p] of theirs.entries()) {
      const o = ours.phases[k];
      out += ` [${p.action}]\n  theirs complete ${p.complete} surge ${p.maxSurge} unavail ${p.maxUnavailable} ready ${p.readyMin}-${p.readyMax} ${JSON.stringify(p.steps)} ${JSON.stringify(p.conditions)} ${JSON.stringify(p.events)}\n`;
      out += `  ours   complete ${o.complete} surge ${o.maxSurge} unavail ${o.maxUnavailable} ready ${o.readyMin}-${o.readyMax} ${JSON.stringify(o.steps)} ${JSON.stringify(o.conditions)} ${JSON.stringify(o.events)}\n`;
      for (const [what, s] of Object.entries(p.pods)) out += `   ${what} ${JSON.stringify(s)} ${JSON.stringify(o.pods[what])}\n`;
      if (p.nodeEvents.length > 0) out += `  theirs ${JSON.stringify(p.nodeEvents.filter((e) => !/Pressure/.test(e[2])))}\n  ours  ${JSON.stringify(o.nodeEvents)}\n`;
    }
    out += `  theirs ${JSON.stringify(Object.fromEntries(Object.entries(run.summary.metrics.api_requests).filter(([k]) => /pods|replicasets|deployments|endpointsl|events|nodes/.test(k) && !/WATCH|LIST|GET/.test(k))))}\n  ours ${JSON.stringify(ours.requests)}\n`;
    process.stdout.write(out);
  }
  expect(1).toBe(1);
});
