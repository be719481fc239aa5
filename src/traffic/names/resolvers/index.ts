// The resolvers of containers, by the C library or language of their program.
import type { ResolverName } from '../../../model/settings/dns.ts';
import type { Resolver } from './contract.ts';
import { GlibcLookup } from './glibc.ts';
import { GoLookup } from './go.ts';
import { MuslLookup } from './musl.ts';

export const resolvers: Readonly<Record<ResolverName, Resolver>> = {
  glibc: (...given) => new GlibcLookup(...given),
  musl: (...given) => new MuslLookup(...given),
  go: (...given) => new GoLookup(...given),
};
