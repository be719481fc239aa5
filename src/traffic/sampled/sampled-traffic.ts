// Sampling, made for the parts of traffic.
import type { Engine } from '../../engine/engine.ts';
import type { ExpectedWork } from '../../model/ports/processors.ts';
import type { ClusterState } from '../../model/state.ts';
import type { SampledSettings } from '../settings.ts';
import type { Traffic } from '../traffic.ts';
import { Components } from './components.ts';
import { Sampling } from './sampling.ts';
import { Shapes } from './shape.ts';

export function sampledTraffic(
  traffic: Traffic,
  engine: Engine,
  state: ClusterState,
  work: ExpectedWork,
  settings: SampledSettings,
): Sampling {
  const { meters, sources, services, sites, behaviors, servers } = traffic;
  const { firstSite, endSite, specs } = behaviors;
  const components = new Components({
    state,
    services,
    sites,
    servers,
    firstSite,
    endSite,
    sources: sources.length,
  });
  const shapes = new Shapes({
    components,
    sources,
    behaviorSpecs: specs,
    zoneOf: (node) => state.nodes.zone[node],
    looksAtZones: (service) => settings.looksAtZones(services.namespaces[service], services.names[service]),
    leads: (service) => settings.leads(services.namespaces[service], services.names[service]),
    callees: (behavior) =>
      Array.from({ length: endSite[behavior] - firstSite[behavior] }, (_, i) =>
        services.meter.indexOf(sites.meter[firstSite[behavior] + i]),
      ),
  });
  const sampling = new Sampling(
    {
      engine,
      meters,
      work,
      random: engine.stream('traffic/sampled'),
      beatUs: settings.beatUs,
      serviceMeter: (service) => services.meter[service],
      containerOf: (pod) => traffic.containers.containerOf(pod, 0),
      rateAt: (source, timeUs) => traffic.arrivals.rateAt(source, timeUs),
      changesAfter: (source, timeUs) => traffic.arrivals.changesAfter(source, timeUs),
      components,
      shapes,
      sources: traffic.arrivals,
      watched: () => traffic.readings.watching,
      sites: () => sites.length,
    },
    settings,
  );
  state.endpoints.listeners.push((service) => sampling.serviceChanged(service));
  return sampling;
}
