/**
 * The demonstration's cabinets that shoppers open: their configuration, what stands in them on the
 * first day, and the account of the one that comes over the network.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DomainEvent } from '../../core/events.ts';
import { identitiesIn } from '../../devices/mqtt-identities.ts';
import type { Running } from '../upkeep/start.ts';
import type { DemoWorld } from './world.ts';

type DemoCabinet = DemoWorld['cabinets'][number];

const ofDriver = ({ devices }: DemoCabinet, driver: string): string[] =>
  devices.flatMap((each) => (each.driver === driver ? [each.id] : []));

/** One unit on the network stands for lock, shelves and cooler. */
const unitOf = (cabinet: DemoCabinet): string | undefined => ofDriver(cabinet, 'mqtt-cabinet')[0];

/** A cabinet as the configuration names it, with its lay-out in a file beside it. */
export function cabinetConfig(dir: string, cabinet: DemoCabinet) {
  const { planogram, scannerId } = cabinet;
  const planogramFile = join(dir, `planogram-${planogram.cabinetId}.json`);
  writeFileSync(planogramFile, JSON.stringify(planogram));
  const unit = unitOf(cabinet);
  return {
    id: planogram.cabinetId,
    lock: unit ?? ofDriver(cabinet, 'lock-8a')[0],
    cooler: unit ?? ofDriver(cabinet, 'modbus-cooler')[0],
    shelves: unit ? [unit] : ofDriver(cabinet, 'modbus-shelf'),
    scanner: scannerId,
    payment: 'payment-1',
    planogramFile,
    members: [{ code: 'MEMBER-0001', memberId: 'wang', agreement: 'agreement-wang' }],
    staffCodes: ['STAFF-0001'],
  };
}

/** The store's broker, where a cabinet needs one. */
export function brokerOf(cabinets: DemoCabinet[]): { mqtt?: { root: string } } {
  const unit = cabinets.flatMap(({ devices }) => devices.filter((d) => d.address === 'broker:'))[0];
  return unit ? { mqtt: { root: String(unit.options.root) } } : {};
}

/** As a technician does it: an account for the device, typed into the device. */
export function joinBroker(world: DemoWorld, { controller }: Running, dir: string): void {
  const deviceId = world.cabinets.map(unitOf).find((id) => id !== undefined);
  if (deviceId === undefined) return;
  const password = identitiesIn(dir).issue(deviceId);
  world.joinBroker(() => {
    const port = controller.broker.stat()?.port;
    return port === undefined ? undefined : `mqtt://${deviceId}:${password}@127.0.0.1:${port}`;
  });
}

/** What stands in a cabinet when the books begin. */
export const openingEvents = ({ planogram: { cabinetId, shelves } }: DemoCabinet): DomainEvent[] =>
  shelves.flatMap(({ shelfId, slots }) =>
    slots.map(({ slotId, sku, par: pieces }) => {
      const move = { sku, location: `${cabinetId}/${shelfId}/${slotId}`, pieces, grams: 0 };
      return { type: 'StockMoved', body: { cause: 'opening', move } };
    }),
  );
