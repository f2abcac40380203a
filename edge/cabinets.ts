/** Opens the cabinets that the configuration names, each with its lay-out. */
import { existsSync, readFileSync } from 'node:fs';
import { type Cabinet, createCabinet } from './cabinet/cabinet.ts';
import { busHardware } from './cabinet/hardware.ts';
import type { CabinetParts } from './cabinet/inside.ts';
import type { CabinetConfig } from './config/cabinet.ts';
import { checkPlanogram, type Planogram } from './core/planogram.ts';
import type { Ledger } from './ledger/contract.ts';
import type { Log } from './log.ts';

type Shared = Omit<CabinetParts, 'config' | 'hardware' | 'planogram'>;

export function openCabinets(configs: CabinetConfig[], shared: Shared): Cabinet[] {
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
    return createCabinet({ ...shared, config, hardware: busHardware(config, devices), planogram });
  });
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
