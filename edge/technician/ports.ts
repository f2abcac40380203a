/** The box's serial ports: who holds which, and what sits at one that nobody holds. */

import { existsSync, realpathSync } from 'node:fs';
import { wordsOf } from '../../drivers/errors.ts';
import { openWire } from '../../drivers/wire/open.ts';
import { listPorts } from '../../drivers/wire/ports.ts';
import type { Outcome } from '../core/ports.ts';
import type { PortView, ProbeReport } from '../core/views/diag-views.ts';
import { probePort } from '../devices/probe.ts';
import { deviceRefusal } from '../devices/refusals.ts';
import type { TechnicianParts } from './technician.ts';

const pathOf = (address: string): string | undefined =>
  /^(?:serial|pty):([^?]+)/.exec(address)?.[1];

/** The device file behind any of its names; the name itself where nothing is there. */
const fileOf = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

export function portsOf(parts: TechnicianParts) {
  /** By device file: a port is asked by one probe at a time, the next one waits. */
  const underWay = new Map<string, Promise<unknown>>();
  return {
    ports: (): PortView[] => listed(parts),
    async probe(path: string, all: boolean, signal?: AbortSignal): Promise<Outcome<ProbeReport>> {
      const base = path.startsWith('/') ? `serial:${path}` : (path.split('?')[0] ?? path);
      const file = fileOf(pathOf(base) ?? base);
      const holder = parts.controller.devices.all().find(({ config, status }) => {
        const held = fileOf(pathOf(config.address) ?? config.address);
        return held === file && status().state !== 'disabled';
      });
      if (holder) return deviceRefusal('PORT_HELD', { id: path, why: holder.id });
      const before = underWay.get(file) ?? Promise.resolve();
      const probing = before.then(() => probe(parts, base, all, signal));
      underWay.set(file, probing);
      const heard = await probing;
      if (underWay.get(file) === probing) underWay.delete(file);
      return heard;
    },
  };
}

function listed({ controller: { devices }, root }: TechnicianParts): PortView[] {
  return listPorts(root).map((port) => {
    const holder = devices.all().find(({ config }) => {
      const path = pathOf(config.address);
      return path !== undefined && fileOf(path) === fileOf(port.path);
    });
    return { ...port, ...(holder && { heldBy: holder.id }) };
  });
}

async function probe(
  { controller: { clock } }: TechnicianParts,
  base: string,
  all: boolean,
  signal?: AbortSignal,
): Promise<Outcome<ProbeReport>> {
  try {
    return { ok: true, value: await probePort({ base, open: openWire, clock, all, signal }) };
  } catch (error) {
    return deviceRefusal('PORT_FAILED', {
      id: base.replace('serial:', ''),
      why: wordsOf(error),
    });
  }
}
