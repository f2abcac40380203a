/** Opens the cabinets that the configuration names, each with its lay-out. */
import { existsSync, readFileSync } from 'node:fs';
import type { Camera } from '../drivers/contract.ts';
import { type Cabinet, createCabinet } from './cabinet/cabinet.ts';
import { busHardware } from './cabinet/hardware.ts';
import type { CabinetParts, CabinetSight } from './cabinet/inside.ts';
import type { CabinetConfig } from './config/cabinet.ts';
import { checkPlanogram, type Planogram } from './core/stock/planogram.ts';
import type { DeviceTable } from './devices/devices.ts';
import type { Ledger } from './ledger/contract.ts';
import type { Log } from './log.ts';
import type { Area, Recognition } from './recognition/recognition.ts';

type Shared = Omit<CabinetParts, 'config' | 'hardware' | 'planogram' | 'sight'>;

export interface Eyes {
  recognition: Pick<Recognition, 'recognise' | 'samplesOf'>;
  /** The part of each camera's picture that is looked at. */
  areas: Record<string, Area>;
}

/** Frames older than this show another moment than the grasp. */
const FRAME_MAX_AGE_MS = 600;
const GLANCE_MS = 1_500;

export function openCabinets(configs: CabinetConfig[], shared: Shared, eyes: Eyes): Cabinet[] {
  const { ledger, devices, log } = shared;
  return configs.map((config) => {
    // The file is held against the price book, which may come from head office later.
    let heldAgainst = -1;
    const planogram = () => {
      if (heldAgainst !== ledger.priceBookVersion()) {
        heldAgainst = ledger.priceBookVersion();
        if (heldAgainst > 0) publishFile(config, ledger, log);
      }
      return ledger.stockState().planograms.get(config.id);
    };
    planogram();
    const sight = sightOf(config, devices, eyes);
    const hardware = busHardware(config, devices);
    return createCabinet({ ...shared, config, hardware, planogram, ...(sight && { sight }) });
  });
}

/** The cabinet's camera with recognition behind it; nothing outside its area is looked at. */
function sightOf(
  { id, camera: cameraId }: CabinetConfig,
  devices: DeviceTable,
  { recognition, areas }: Eyes,
): CabinetSight | undefined {
  const camera = devices.find(cameraId);
  if (!camera) return undefined;
  const area = areas[camera.id];
  return {
    knows: (sku) => recognition.samplesOf(sku) > 0,
    async look() {
      const frame = camera.current<Camera>()?.latest(FRAME_MAX_AGE_MS);
      if (!frame) return undefined;
      const seen = await recognition.recognise(frame.jpeg, {
        ...{ source: id, deadlineMs: GLANCE_MS },
        ...(area && { area }),
      });
      if (seen.camera || seen.state !== 'unavailable')
        camera.current<Camera>()?.judged?.(seen.camera);
      if (seen.state !== 'ready' && seen.state !== 'unsure') return undefined;
      const goods = seen.candidates.map(({ sku, confidenceBp }) => ({ sku, bp: confidenceBp }));
      return { goods, ...(seen.sightingId && { sightingId: seen.sightingId }) };
    },
  };
}

/** A lay-out given as a file is published where the ledger holds none as new. */
function publishFile({ id, planogramFile }: CabinetConfig, ledger: Ledger, log: Log): void {
  if (!planogramFile || !existsSync(planogramFile)) return;
  const known = (sku: string) => ledger.item(ledger.priceBookVersion(), sku) !== undefined;
  const checked = checkPlanogram(JSON.parse(readFileSync(planogramFile, 'utf8')), known);
  if (!checked.ok || checked.value.cabinetId !== id) {
    const problem = checked.ok ? `is for ${checked.value.cabinetId}` : checked.refusal.detail;
    log.error({ cabinet: id, file: planogramFile, problem }, 'planogram not used');
    return;
  }
  const planogram: Planogram = checked.value;
  const version = ledger.stockState().planograms.get(id)?.version ?? 0;
  if (planogram.version <= version) return;
  const event = { type: 'PlanogramPublished' as const, body: { planogram } };
  ledger.append({ source: 'store', events: [event] });
}
