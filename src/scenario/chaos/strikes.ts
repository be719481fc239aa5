// Targets and moments → the cells of `wavetank chaos`: the run without a fault, then one for each target at each moment.
import { writeDuration } from '../../lib/units.ts';
import type { Place } from '../../lib/errors.ts';
import type { CellPlan } from '../expand.ts';
import { type Chaos, MOMENT_AXIS, NO_FAULT, TARGET_AXIS } from './chaos.ts';

/** Of the folder of the run without a fault. */
const WITHOUT = 'no-fault';

/** Within a cell's own values nothing can be wrong that the scenario has not. */
const PLACE: Place = { file: '`wavetank chaos`' };

/** In the order of the targets, within each that of the moments, which are times in µs. */
export function strikes({ targets }: Pick<Chaos, 'targets'>, momentsUs: readonly number[]): CellPlan[] {
  const cells = targets.flatMap(({ label, fault }) =>
    momentsUs.map((atUs): CellPlan => {
      const at = writeDuration(atUs);
      const entry = { at, fault: { [fault.name]: fault.args } };
      return cell(label, at, `${folderOf(label)}-at-${at}`, [`spec.timeline[+]=${JSON.stringify(entry)}`]);
    }),
  );
  return [cell(NO_FAULT, NO_FAULT, WITHOUT, []), ...cells];
}

/** `deployment/shop/web` → `deployment-shop.web`: neither a kind nor a namespace has a dot. */
function folderOf(label: string): string {
  const [kind, ...rest] = label.split('/');
  return `${kind}-${rest.join('.')}`;
}

function cell(target: string, moment: string, name: string, set: readonly string[]): CellPlan {
  const axes = [
    { path: TARGET_AXIS, label: TARGET_AXIS, value: target },
    { path: MOMENT_AXIS, label: MOMENT_AXIS, value: moment },
  ];
  return { axes, set, folder: `${name}/`, places: set.map(() => PLACE) };
}
