// What axes and their values are called.
import { expect, it } from 'vitest';
import { axisLabels, valueLabel } from './axes.ts';

it.each([
  [['spec.traffic[0].arrivals.poisson.rate'], ['rate']],
  [
    ['spec.network.balancer', 'spec.traffic[name=users].timeout'],
    ['balancer', 'timeout'],
  ],
  [['Deployment/shop/web:/spec/strategy/rollingUpdate/maxSurge'], ['web.maxSurge']],
  [
    ['Deployment/a:/spec/replicas', 'Deployment/b:/spec/replicas'],
    ['a.replicas', 'b.replicas'],
  ],
  [
    ['spec.kubelet.imagePull.imageSize', 'spec.behaviors[0].imageSize'],
    ['imagePull.imageSize', 'behaviors.imageSize'],
  ],
  [
    ['spec.behaviors[0].startup', 'spec.behaviors[1].startup'],
    ['spec.behaviors[0].startup', 'spec.behaviors[1].startup'],
  ],
])('%j are called %j', (paths, labels) => {
  expect(axisLabels(paths)).toEqual(labels);
});

it.each([
  ['25%', '25%'],
  [3, '3'],
  [true, 'true'],
  ['a b', 'ab'],
  [{ PowerOfTwo: {} }, 'PowerOfTwo'],
  [{ PowerOfTwo: null }, 'PowerOfTwo'],
  [{ LoadBoard: { age: '1s', d: 2 } }, 'LoadBoard(age=1s;d=2)'],
  [{ lognormal: { median: '4s', sigma: 0.3 } }, 'lognormal(median=4s;sigma=0.3)'],
  [[1, 2], '[1,2]'],
])('the value %j is called %s', (value, label) => {
  expect(valueLabel(value)).toBe(label);
});
