// Objects in protobuf: an envelope and fields by number, as the .proto files of k8s.io/api have them; and bytes that are none.
import { describe, expect, it } from 'vitest';
import { decodeProtobuf } from './decode.ts';

/** A field with bytes in it. */
const field = (number: number, content: string | readonly number[]): number[] => {
  const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
  const tag = number * 8 + 2;
  return [...(tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7]), bytes.length, ...bytes];
};
const varint = (number: number, value: number): number[] => [number * 8, value];
const envelope = (apiVersion: string, kind: string, raw: readonly number[]): Uint8Array =>
  Uint8Array.from([0x6b, 0x38, 0x73, 0, ...field(1, [...field(1, apiVersion), ...field(2, kind)]), ...field(2, raw)]);

describe('protobuf', () => {
  it('is read by the numbers of its fields: texts, numbers, maps, lists, times, quantities and embedded structs', () => {
    const metadata = [...field(1, 'p'), ...field(11, [...field(1, 'app'), ...field(2, 'web')]), ...field(8, [])];
    const requests = field(2, [...field(1, 'cpu'), ...field(2, field(1, '100m'))]);
    // Volume.volumeSource and Probe.handler are embedded: their fields are those of the volume and of the probe.
    const volume = [...field(1, 'v'), ...field(2, field(19, field(1, field(1, 'settings'))))];
    const port = [...varint(1, 1), ...field(3, 'http')];
    const probe = [...field(1, field(2, [...field(1, '/'), ...field(2, port)])), ...varint(4, 5)];
    const container = [...field(1, 'c'), ...field(8, requests), ...field(11, probe)];
    const spec = [...field(1, volume), ...field(2, container), ...varint(4, 30)];
    expect(decodeProtobuf(envelope('v1', 'Pod', [...field(1, metadata), ...field(2, spec)]))).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: { app: 'web' }, creationTimestamp: undefined },
      spec: {
        volumes: [{ name: 'v', configMap: { name: 'settings' } }],
        containers: [
          {
            name: 'c',
            resources: { requests: { cpu: '100m' } },
            readinessProbe: { httpGet: { path: '/', port: 'http' }, periodSeconds: 5 },
          },
        ],
        terminationGracePeriodSeconds: 30,
      },
    });
  });

  it('that is none is refused with what is wrong', () => {
    const said = (bytes: Uint8Array): string => {
      try {
        decodeProtobuf(bytes);
      } catch (error) {
        return (error as Error).message;
      }
      return 'accepted';
    };
    expect(said(Uint8Array.from([1, 2, 3]))).toBe('the first bytes are not those of an object');
    expect(said(envelope('v1', 'Strange', []))).toBe('no kind "Strange" in version "v1"');
    expect(said(envelope('v1', 'Pod', [0x0a, 0x7f]))).toBe('unexpected end');
    expect(said(envelope('v1', 'Pod', [0x0b]))).toBe('unknown wire type 3');
    expect(said(envelope('v1', 'Pod', [0x08, ...Array.from({ length: 11 }, () => 0xff)]))).toBe(
      'a number of more than ten bytes',
    );
  });
});
