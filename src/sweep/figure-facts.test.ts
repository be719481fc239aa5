// What is known of a figure of results: columns of summary.csv, and what expectations measure.
import { expect, it } from 'vitest';
import { figures } from '../world/figures/index.ts';
import { figureFacts } from './figure-facts.ts';

it.each([
  ['request_duration_seconds_p99', 'lower'],
  ['requests.mean during 2m..3m', 'lower'],
  ['requests_error_ratio', 'lower'],
  ['requests_completed_total', 'higher'],
  ['requests_total', 'neither'],
  ['requests_per_second', 'neither'],
  ['calls_total', 'neither'],
  ['call_retries_total', 'lower'],
  ['kube_pod_status_phase_pending', 'lower'],
  ['kube_pod_status_phase_running', 'neither'],
  ['kube_node_status_ready', 'higher'],
  ['rollout.web.duration', 'lower'],
  ['min(deployment.web.available) during 1m..2m', 'higher'],
  ['scheduler_schedule_attempts_total', 'neither'],
  ['scheduler_schedule_attempts_unschedulable_total', 'lower'],
  ['scheduler_pod_scheduling_sli_duration_seconds_p99', 'lower'],
  ['cpu_requested_ratio', 'neither'],
  ['cpu_fragmentation_ratio', 'lower'],
  ['kube_pod_preempted_total', 'lower'],
  ['kube_pod_scheduled_total', 'higher'],
  ['nodes_used', 'neither'],
])('of %s %s is better', (figure, way) => {
  expect(figureFacts(figure).better).toBe(way);
});

it.each([
  ['rollout.shop/web.duration', 'Rollout of shop/web, duration'],
  ['min(deployment.web.available) during 1m..2m', 'Available pods of web, minimum, 1m to 2m'],
  ['requests.p999', 'Latency of requests, p99.9'],
  ['service.cart.p50 during 5m..end', 'Latency of calls to cart, median, 5m to end'],
  ['events.Killing', 'Events Killing'],
])('a chart of %s is called %s', (figure, title) => {
  expect(figureFacts(figure).title).toBe(title);
});

it('no two figures have the same title', () => {
  expect(new Set(figures.map(({ title }) => title)).size).toBe(figures.length);
});
