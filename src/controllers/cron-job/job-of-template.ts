// The Job that a CronJob makes of its template: its name, what it refers to, and the defaults that the API server fills in.
import type { JobSpec } from 'kubernetes-types/batch/v1.js';
import { CALENDAR_START_SECONDS, timestamp } from '../../lib/timestamp.ts';
import { defaultObject } from '../../model/objects/default/object.ts';
import { TimeZone } from '../../model/parse/time-zone.ts';
import { type CronJob, SCHEDULED_AT } from '../kit/cron-job-objects.ts';
import type { Job } from '../kit/job-objects.ts';

/** Due at `scheduled`, in seconds since 1970. */
export function jobOf({ metadata, spec }: CronJob, scheduled: number): Job {
  const { metadata: template = {}, spec: jobSpec = { template: {} } } = spec.jobTemplate;
  const filled = withDefaults(jobSpec);
  const labels = template.labels ?? filled.template.metadata?.labels;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(metadata.name, scheduled),
      ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      ...(labels === undefined ? {} : { labels }),
      annotations: { ...template.annotations, [SCHEDULED_AT]: writtenInZone(scheduled, spec.timeZone) },
      ownerReferences: [
        {
          apiVersion: 'batch/v1',
          kind: 'CronJob',
          name: metadata.name,
          uid: metadata.uid ?? '',
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: filled,
  };
}

export function jobName(cronJob: string, scheduled: number): string {
  return `${cronJob}-${Math.floor(scheduled / 60)}`;
}

const defaulted = new WeakMap<JobSpec, JobSpec>();

/** Once for each version of a template. */
function withDefaults(spec: JobSpec): JobSpec {
  const known = defaulted.get(spec);
  if (known !== undefined) return known;
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: {}, spec: JSON.parse(JSON.stringify(spec)) as JobSpec };
  defaultObject(job);
  defaulted.set(spec, job.spec);
  return job.spec;
}

/** RFC 3339 with the zone's distance from UTC. */
function writtenInZone(seconds: number, name: string | undefined): string {
  const { offset } = (TimeZone.find(name ?? '') ?? TimeZone.utc).at(seconds);
  const shown = timestamp((seconds + offset - CALENDAR_START_SECONDS) * 1e6);
  if (offset === 0) return shown;
  const minutes = Math.abs(offset) / 60;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  return shown.replace('Z', `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`);
}
