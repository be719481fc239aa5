// `npm run validate:month`: a month, day by day, and how much memory grows with what is kept of it.
import { memoryByDay } from './month.ts';

const MIB = 2 ** 20;

export function main(days = 30): number {
  const started = performance.now();
  const found = memoryByDay(days);
  for (const { day, bytes, events, pods, eventRows } of found) {
    process.stdout.write(
      `day ${String(day).padStart(2)}  ${(bytes / MIB).toFixed(1).padStart(6)} MiB  ${(events / 1e6).toFixed(1).padStart(6)} million events  ${pods} pods  ${eventRows} events of Kubernetes\n`,
    );
  }
  // The first week fills what is kept for a while: images, back-offs, finished Jobs.
  const [from, to] = [found[6], found[found.length - 1]];
  const perDay = (to.bytes - from.bytes) / (to.day - from.day);
  const perPod = (to.bytes - from.bytes) / (to.pods - from.pods);
  process.stdout.write(
    `from day ${from.day} on: ${(perDay / 1024).toFixed(0)} KiB a day, ${perPod.toFixed(0)} bytes for each pod that there was; peak of the process ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB; ${((performance.now() - started) / 1000).toFixed(0)} s\n`,
  );
  return 0;
}
