// What a plugin is handed, so that its file imports nothing: schemas, errors and the helpers of each family.
import { z } from 'zod';
import { pick } from '../faults/fault.ts';
import { bytes } from '../lib/bytes.ts';
import { distribution } from '../lib/distribution.ts';
import { InputError } from '../lib/errors.ts';
import { member } from '../lib/family.ts';
import { naming } from '../lib/naming.ts';
import { duration, rate } from '../lib/units.ts';
import { timeChart } from '../report/drawing.ts';
import { hue, ink } from '../report/theme.ts';
import { Happening } from '../scheduler/framework/cluster-events.ts';
import { normalizeList, schedulerPlugin } from '../scheduler/object-plugins/object-plugin.ts';
import { Code, skip, success, unresolvable, unschedulable } from '../scheduler/framework/status.ts';

export const pluginTools = {
  /** zod, for arguments. */
  z,
  /** Gives `create` the types of its arguments: `member({ name, summary, args, create })`. */
  member,
  /** Schemas that yield microseconds, requests per second, bytes, and data for `context.draw`. */
  duration,
  rate,
  bytes,
  distribution,
  /** Schema of an argument that names a `Node`, a `zone`, or an object of a kind: the input must have it. */
  naming,
  /** For arguments that are wrong in a way that no schema says. */
  InputError,
  /** Faults: members of a list, drawn without replacement. */
  pick,
  /** Scheduler plugins over objects, node by node; and kube-scheduler's normalisation, for their normalizeScore. */
  schedulerPlugin,
  defaultNormalize: normalizeList,
  /** Scheduler plugins: what an extension point answers, and what may make a rejected pod fit. */
  Code,
  success,
  skip,
  unschedulable,
  unresolvable,
  Happening,
  /** Charts: panels over time, and the report's colours. */
  timeChart,
  hue,
  ink,
} as const;
