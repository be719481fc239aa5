// The objects that configure flow control, as the API server has heard of them, and what it says of FlowSchemas without a level.
import type { Resources } from '../resources/resources.ts';
import type { ApiServer } from '../server.ts';
import { keepBootstrapObjects } from './bootstrap-objects.ts';
import { suggestedLevels, suggestedSchemas } from './default-configuration.ts';
import type { Condition, FlowSchema, PriorityLevelConfiguration } from './objects.ts';
import { isSound, type PriorityLevels } from './priority-levels.ts';

/** Follows the objects for the whole run. Until those that Kubernetes suggests are stored, they act as if they were. */
export function followConfiguration(
  api: ApiServer,
  resources: Resources,
  levels: Pick<PriorityLevels, 'configure' | 'get'>,
): void {
  const { engine } = api;
  const configurations = api.watchObjects<PriorityLevelConfiguration>('PriorityLevelConfiguration');
  const schemas = api.watchObjects<FlowSchema>('FlowSchema');
  const unseen = new Set(
    [...suggestedLevels, ...suggestedSchemas].map(({ kind, metadata }) => `${kind} ${metadata.name}`),
  );
  const isUnseen = ({ kind, metadata }: FlowSchema | PriorityLevelConfiguration): boolean =>
    unseen.has(`${kind} ${metadata.name}`);
  let due = false;
  const digest = engine.kind('api.flow-control', () => {
    due = false;
    const known = [...configurations.entries()].map(([, one]) => one);
    const flows = [...schemas.entries()].map(([, one]) => one);
    levels.configure([...known, ...suggestedLevels.filter(isUnseen)], [...flows, ...suggestedSchemas.filter(isUnseen)]);
    for (const schema of flows) tell(schema);
  });
  for (const view of [configurations, schemas]) {
    view.subscribe((_row, object) => {
      if (object !== undefined) unseen.delete(`${object.kind} ${object.metadata.name}`);
      if (!due) engine.after(0, digest, 0, 0);
      due = true;
    });
  }
  levels.configure(suggestedLevels, suggestedSchemas);
  engine.spawn('flow-control bootstrap', keepBootstrapObjects(resources));

  function tell(schema: FlowSchema): void {
    const { name } = schema.spec.priorityLevelConfiguration;
    const level = levels.get(name);
    const condition = dangling(name, level !== undefined && !level.quiescing && isSound(level.configuration));
    const now = schema.status?.conditions?.find(({ type }) => type === condition.type);
    if (now?.status === condition.status && now?.reason === condition.reason && now?.message === condition.message)
      return;
    resources.updateStatus({ ...schema, status: { conditions: [condition] } });
  }
}

function dangling(level: string, found: boolean): Condition {
  const named = `This FlowSchema references the PriorityLevelConfiguration object named "${level}"`;
  return {
    type: 'Dangling',
    status: found ? 'False' : 'True',
    reason: found ? 'Found' : 'NotFound',
    message: `${named} ${found ? 'and it exists' : 'but there is no such object'}`,
  };
}
