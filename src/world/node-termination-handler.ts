// What acts on the notice that a spot machine is taken back: a node termination handler that drains the node, its kubelet, or nobody.
import type { ApiClient } from '../api/client.ts';
import { Resources } from '../api/resources/resources.ts';
import type { OnNotice } from '../cloud/spot-machines.ts';
import type { Engine } from '../engine/engine.ts';
import { type Script, sleep } from '../engine/script.ts';
import type { Machinery } from '../model/ports/troubles.ts';
import type { NodeRow } from '../model/rows.ts';
import type { SpotSettings } from '../model/settings/node-groups.ts';
import type { DrainOptions } from '../scenario/scenario.ts';
import { announce } from './announce.ts';
import { Drain } from './drain.ts';

/** As aws-node-termination-handler drains: whatever can go, goes. */
const OPTIONS: Omit<DrainOptions, 'timeoutUs'> = {
  force: true,
  ignoreDaemonsets: true,
  deleteEmptydirData: true,
  disableEviction: false,
  gracePeriod: -1,
  podSelector: '',
};

export function onNotice(engine: Engine, client: ApiClient, machinery: Pick<Machinery, 'shutDownNode'>): OnNotice {
  const resources = new Resources(client);
  const { state } = client.api;
  function* drain(node: NodeRow, { reactionUs, noticeUs }: SpotSettings): Script {
    const name = state.nodeName(node);
    yield* sleep(reactionUs);
    yield* client.updateNodeSpec({ node, unschedulable: true }).wait();
    const options = { ...OPTIONS, timeoutUs: Math.max(1, noticeUs - reactionUs) };
    const report = (message: string): void =>
      announce(state, engine.now, {
        source: 'node-termination-handler',
        type: 'Warning',
        reason: 'EvictionRefused',
        message: `drain ${name}: ${message}`,
      });
    const failed = yield* new Drain(engine, resources, name, options, report).run();
    if (failed !== undefined) report(failed);
  }
  return (node, settings, gone) => {
    if (settings.onNotice === 'drain') engine.spawn(`drain of ${state.nodeName(node)}`, drain(node, settings));
    else if (settings.onNotice === 'shutdown') machinery.shutDownNode(node, gone);
  };
}
