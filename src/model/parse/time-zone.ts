// Names of time zones, as Go finds them in the IANA database: `Europe/Berlin`, with its capitals.
import { TIME_ZONE_NAMES } from './time-zone-names.ts';

const COMPONENT = /^[A-Za-z.\-_0-9+]{1,14}$/;

/** Whether the parts of a name are such as the database's file names can be. */
export function isTimeZoneName(name: string): boolean {
  return name
    .split('/')
    .every((part) => part !== '.' && part !== '..' && !part.startsWith('-') && COMPONENT.test(part));
}

export function isTimeZone(name: string): boolean {
  const slash = name.lastIndexOf('/');
  const region = name.slice(0, Math.max(slash, 0));
  return Object.hasOwn(TIME_ZONE_NAMES, region) && TIME_ZONE_NAMES[region].split(' ').includes(name.slice(slash + 1));
}
