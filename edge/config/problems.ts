/** What a schema cannot see of a configuration: names that name nothing, and a zone that is none. */
import type { Text } from '../core/ports.ts';
import type { CabinetConfig } from './cabinet.ts';
import type { Config } from './config.ts';

export const USUAL_ZONE = 'Asia/Shanghai';

/** The first thing that is wrong with a configuration of the right shape. */
export const problemOf = (config: Config): Text | undefined =>
  zoneProblem(config) ?? danglingReference(config);

/** The usual zone is one: to ask would load the world's calendars into every box that starts. */
function zoneProblem({ store: { timeZone } }: Config): Text | undefined {
  if (timeZone === USUAL_ZONE) return undefined;
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return undefined;
  } catch {
    return {
      zh: `store.timeZone「${timeZone}」不是时区，应像 Asia/Shanghai`,
      en: `store.timeZone "${timeZone}" is no time zone such as Asia/Shanghai`,
    };
  }
}

/** Names that a device list must hold for the lanes and counters to work. */
function danglingReference(config: Config): Text | undefined {
  const known = new Set(config.devices.map((d) => d.id));
  const users = [...config.lanes, ...config.counters, ...config.cabinets.map(devicesOfCabinet)];
  const ids = [...config.devices, ...users].map((each) => each.id);
  const twice = ids.find((each, at) => ids.indexOf(each) !== at);
  if (twice) return { zh: `「${twice}」用了两次`, en: `"${twice}" is used twice` };
  const unwatched = config.stock.coldChain.find(({ cooler }) => !known.has(cooler));
  if (unwatched)
    return {
      zh: `stock.coldChain 的 cooler 指向「${unwatched.cooler}」，devices 里没有它`,
      en: `stock.coldChain names "${unwatched.cooler}", which is not in devices`,
    };
  for (const user of users) {
    for (const [role, value] of Object.entries(user)) {
      if (role !== 'id' && typeof value === 'string' && !known.has(value))
        return {
          zh: `${user.id} 的 ${role} 指向「${value}」，devices 里没有它`,
          en: `${user.id}.${role} names "${value}", which is not in devices`,
        };
    }
  }
  return undefined;
}

/** A cabinet's references to devices alone. */
function devicesOfCabinet({ id, lock, cooler, scanner, camera, payment, shelves }: CabinetConfig) {
  const named = { id, lock, cooler, scanner, camera, payment };
  return { ...named, ...Object.fromEntries(shelves.map((each, at) => [`shelves.${at}`, each])) };
}
