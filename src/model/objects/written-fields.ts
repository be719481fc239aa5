// Fields that the API server fills in from others, and those that it reports by another name: where their author wrote what is wrong.

/** What an error's field begins, contains or ends with, and what stands in the manifest instead. */
const SOURCES: readonly (readonly [pattern: RegExp, written: string])[] = [
  // Converted: two names of one thing, or what only clients write.
  [/^spec\.clusterIPs(\[0\])?$/, 'spec.clusterIP'],
  [/^spec\.podCIDRs(\[0\])?$/, 'spec.podCIDR'],
  [/\bserviceAccountName$/, 'serviceAccount'],
  [/^data\[/, 'stringData['],
  // Defaulted from another field.
  [/\.requests(?=\[|$)/, '.limits'],
  [/\.hostPort$/, '.containerPort'],
  [/\.targetPort$/, '.port'],
  [/^status\.allocatable\b/, 'status.capacity'],
  [/\.defaultRequest(?=\[|$)/, '.default'],
  [/\.default(?=\[|$)/, '.max'],
  [/^spec\.selector\b/, 'spec.template.metadata.labels'],
  [/^metadata\.labels$/, 'spec.template.metadata.labels'],
  [/^metadata\.labels$/, 'metadata.name'],
  // Reported under another name.
  [/^metadata\.taints\b/, 'spec.taints'],
  [/^spec\.LoadBalancerSourceRanges\b/, 'spec.loadBalancerSourceRanges'],
  [/\btemplate\.(?=labels|annotations)/, 'template.metadata.'],
];

/** The field itself where the manifest has it, else the one that it comes from, or the field again where there is none. */
export function writtenField(field: string, isWritten: (field: string) => boolean): string {
  const tried = new Set<string>();
  const search = (one: string): string | undefined => {
    if (tried.has(one)) return undefined;
    tried.add(one);
    if (isWritten(one)) return one;
    for (const [pattern, written] of SOURCES) {
      const found = pattern.test(one) ? search(one.replace(pattern, written)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return search(field) ?? field;
}
