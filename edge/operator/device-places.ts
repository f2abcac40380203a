/** Where each device stands: people know cabinet 2, and not which unit is wired to it. */
import type { Config } from '../config/config.ts';

/** Names of lanes, counters and cabinets by the device they use; several share an acquirer. */
export function devicePlaces(
  config: Pick<Config, 'lanes' | 'counters' | 'cabinets'>,
): Map<string, string[]> {
  const places = new Map<string, string[]>();
  for (const place of [...config.lanes, ...config.counters, ...config.cabinets])
    for (const deviceId of devicesOf(place))
      places.set(deviceId, [...(places.get(deviceId) ?? []), place.id]);
  return places;
}

type Place = Config['lanes' | 'counters' | 'cabinets'][number];

const ROLES = [
  ...['scanner', 'scale', 'bagging', 'camera', 'printer', 'payment', 'card'],
  ...['lock', 'shelves', 'cooler'],
];

function devicesOf(place: Place): Set<string> {
  const named = Object.entries(place).filter(([role]) => ROLES.includes(role));
  return new Set(named.flatMap(([, ids]) => ids as string | string[]));
}
