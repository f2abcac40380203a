/** What a supervisor puts into a device's ring: its wire, and what became of what was heard. */
import type { Device, DeviceEvent, Wire } from '../contract.ts';
import type { Keeper } from '../keeper.ts';
import { OPENING } from './meaning.ts';
import { eventLine } from './replay.ts';
import { tapWire } from './tap.ts';

/** The wire of connection `number`, tapped where there is a ring. */
export function tapped<D extends Device>(keeper: Keeper<D>, wire: Wire, number: number): Wire {
  const { ring, clock, driver, address } = keeper;
  if (ring === undefined) return wire;
  ring.say('note', `${OPENING} ${number} ${address.replace(/\/\/[^/]*@/, '//')}`);
  const nowUs = (): number => clock.monoUs?.() ?? clock.monoMs() * 1000;
  return tapWire(wire, driver.kind, ring, nowUs);
}

/** Writes an event down once, however often it is repeated. */
export function recorder<D extends Device>({ ring }: Keeper<D>): (event: DeviceEvent) => void {
  let last = '';
  return (event) => {
    if (ring === undefined) return;
    const line = eventLine(event);
    if (line !== last) ring.say('ev', line);
    last = line;
  };
}
