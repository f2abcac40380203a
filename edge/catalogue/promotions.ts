/** The calendar of price rules: what runs, what is planned, what is over. */
import { isOpen, type PromotionRun } from '../core/catalogue/catalogue-state.ts';
import type { PromotionsView } from '../core/views/catalogue-view.ts';
import type { CatalogueParts } from './keeper.ts';

export function promotionsView({ ledger, clock, localDay }: CatalogueParts): PromotionsView {
  const today = localDay(clock.wallMs());
  return {
    today,
    clockTrusted: clock.wallQuality() === 'trusted',
    runs: ledger
      .catalogue()
      .runs.map((run) => ({ ...run, state: stateOf(run, today) }))
      .reverse(),
  };
}

function stateOf(run: PromotionRun, today: string): 'running' | 'planned' | 'over' {
  const { fromDay = today, toDay = today } = run.promotion;
  if (!isOpen(run) || toDay < today) return 'over';
  return fromDay > today ? 'planned' : 'running';
}
