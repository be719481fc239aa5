// Importers stream: a file of 2 GB each on standard input, and what the program takes of memory meanwhile (VmHWM), which is to be at most 300 MB.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const BYTES = Number(process.env.WAVETANK_IMPORT_BYTES ?? 2e9);
const MOST_MB = 300;

const at = (i) => Math.floor(i / 4);
const time = (seconds) => new Date(Date.UTC(2025, 2, 1) + seconds * 1000).toISOString();
const logTime = (seconds) => `${time(seconds).slice(8, 10)}/Mar/2025:${time(seconds).slice(11, 19)} +0000`;

/** A line, or several, of each kind. */
const kinds = {
  'azure-vm': (i) =>
    `vm${i}hashedhashedhashedhashedhashed,sub${i % 97},dep${i % 997},${at(i)},${at(i) + 600 + (i % 5000)},9,4,8,Interactive,${2 ** (i % 5)},${2 ** ((i % 5) + 1)}\n`,
  swf: (i) =>
    `${i} ${at(i)} ${i % 300} ${60 + (i % 4000)} ${1 + (i % 64)} -1 -1 ${1 + (i % 64)} 7200 -1 1 ${i % 50} 1 1 1 1 -1 -1\n`,
  borg: (i) => {
    const row = (type, us) =>
      `${JSON.stringify({ time: String(us), type: String(type), collection_id: String(i), instance_index: '0', collection_type: '0', resource_request: { cpus: 0.01, memory: 0.02 } })}\n`;
    return row(0, at(i) * 1e6) + row(6, (at(i) + 600) * 1e6);
  },
  philly: (i) => {
    const day = time(i % 2_000_000)
      .slice(0, 19)
      .replace('T', ' ');
    return `${i === 0 ? '[' : ','}${JSON.stringify({ status: 'Pass', jobid: `application_${i}`, submitted_time: day, attempts: [{ start_time: day, end_time: day, detail: [{ ip: 'm1', gpus: ['gpu0', 'gpu1'] }] }] }, undefined, 4)}\n`;
  },
  'alibaba-2018': (i) =>
    `task_M1,${1 + (i % 3)},j_${i},1,Terminated,${1 + at(i)},${at(i) + 60 + (i % 900)},${50 * (1 + (i % 8))},0.${10 + (i % 80)}\n`,
  otlp: (i) => {
    const span = (id, parent, from, to) => ({
      traceId: `${i}`.padStart(32, '0'),
      spanId: id,
      parentSpanId: parent,
      name: 'GET /',
      kind: 2,
      startTimeUnixNano: `${1.7e9 + at(i)}00${from}000000`,
      endTimeUnixNano: `${1.7e9 + at(i)}00${to}000000`,
    });
    const of = (service, spans) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
      scopeSpans: [{ spans }],
    });
    return `${JSON.stringify({ resourceSpans: [of('web', [span('1', '', 1, 9)]), of(`cart-${i % 20}`, [span('2', '1', 2, 5)])] })}\n`;
  },
  'azure-functions': (i) => {
    const minutes = (count) => Array.from({ length: 1440 }, (_, minute) => count(minute)).join(',');
    const header = i === 0 ? `HashOwner,HashApp,HashFunction,Trigger,${minutes((minute) => minute + 1)}\n` : '';
    return `${header}owner${i % 997},app${i % 9973},function${i},http,${minutes((minute) => (minute * (1 + (i % 7))) % 11)}\n`;
  },
  openb: (i) =>
    `${i === 0 ? 'name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n' : ''}openb-pod-${i},${1000 * (1 + (i % 12))},${2048 * (1 + (i % 7))},1,${100 * (1 + (i % 10))},,LS,Running,${at(i)},${at(i) + 60 + (i % 5000)},${at(i)}\n`,
  alibaba: (i) =>
    (i === 0 ? 'traceid,timestamp,rpcid,um,rpctype,dm,interface,rt\n' : '') +
    `T${i},${at(i)},0,(?),http,MS_1,x,20\nT${i},${at(i) + 1},0.1,MS_1,rpc,MS_${2 + (i % 20)},x,4\nT${i},${at(i) + 1},0.1,MS_1,rpc,MS_${2 + (i % 20)},x,-4\n`,
  'access-log': (i) =>
    `10.0.0.${i % 256} - - [${logTime(at(i) % 2_000_000)}] "GET /products/${i % 1000} HTTP/1.1" ${i % 100 === 0 ? 502 : 200} 5120 "https://example.com/" "Mozilla/5.0" 0.0${10 + (i % 90)}\n`,
};

/** Files before the one on standard input. */
const before = { openb: { 'nodes.csv': 'sn,cpu_milli,memory_mib,gpu,model\nn,64000,262144,8,P100\n' } };

const wanted = process.argv.slice(2);
let failed = false;
for (const [kind, lines] of Object.entries(kinds)) {
  if (wanted.length > 0 && !wanted.includes(kind)) continue;
  const folder = mkdtempSync(join(tmpdir(), 'wavetank-import-'));
  const begun = Date.now();
  const files = Object.entries(before[kind] ?? {}).map(([name, text]) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  const args = ['dist/wavetank.js', 'import', kind, ...files, '-', '--out', join(folder, 'out')];
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text) => (said += text));
  const ended = once(child, 'exit');
  let peak = 0;
  const look = () => {
    const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    peak = Math.max(peak, Number(found?.[1] ?? 0) / 1000);
  };
  let bytes = 0;
  for (let i = 0; bytes < BYTES; ) {
    let chunk = '';
    for (const until = i + 2000; i < until; i += 1) chunk += lines(i);
    bytes += chunk.length;
    if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
    if (i % 100_000 === 0) look();
  }
  look();
  child.stdin.end(kind === 'philly' ? ']\n' : '');
  const watch = setInterval(() => {
    try {
      look();
    } catch (error) {
      // It has ended since.
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }, 50);
  const [code] = await ended;
  clearInterval(watch);
  const ok = code === 0 && peak <= MOST_MB;
  failed ||= !ok;
  console.log(
    `${ok ? 'ok  ' : 'FAIL'} ${kind.padEnd(10)} ${(bytes / 1e9).toFixed(2)} GB  ${peak.toFixed(0)} MB at most  ${((Date.now() - begun) / 1000).toFixed(0)} s${code === 0 ? '' : `  ${said}`}`,
  );
  rmSync(folder, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;
