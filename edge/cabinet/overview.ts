/** One cabinet as its operator sees it: the door, the cold, and money that is not where it should be. */

import { partsOf } from '../core/sale/refund.ts';
import type { CabinetOverview } from '../core/views/cabinet-views.ts';
import { type CabinetInside, stateOf } from './inside.ts';
import { panelView } from './view.ts';

export function overviewOf(cabinet: CabinetInside): CabinetOverview {
  const { parts, memory } = cabinet;
  const { debts, astray } = stateOf(cabinet);
  const { cabinetId, screen, temperatureDeciCelsius } = panelView(cabinet);
  return {
    cabinetId,
    screen,
    door: parts.hardware.door(),
    ...(temperatureDeciCelsius !== undefined && { temperatureDeciCelsius }),
    ...(memory.help && { helpSinceWallMs: memory.help.sinceWallMs }),
    astray: astray.length,
    debts: debts.map(({ saleId, amountFen }) => ({ saleId, amountFen })),
    refunds: refundsUnderWay(cabinet),
  };
}

function refundsUnderWay({ parts }: CabinetInside): CabinetOverview['refunds'] {
  const mine = parts.ledger.unfinishedSales().filter(({ laneId }) => laneId === parts.config.id);
  return mine.flatMap((sale) =>
    partsOf(sale)
      .filter(({ state }) => state !== 'paid')
      .map(({ amountFen, state }) => ({
        saleId: sale.saleId,
        amountFen,
        state: state === 'refused' ? ('by-hand' as const) : ('asked' as const),
      })),
  );
}
