// The resolvers of containers, by the C library or language of their program.
import type { ResolverName } from '../../../model/settings/dns.ts';
import type { Resolver } from './contract.ts';
import { glibcResolver } from './glibc.ts';
import { goResolver } from './go.ts';
import { muslResolver } from './musl.ts';

export const resolvers: Readonly<Record<ResolverName, Resolver>> = {
  glibc: glibcResolver,
  musl: muslResolver,
  go: goResolver,
};
