import type { SlotView } from '../../../core/views/stock-view.ts';

/** Stopped says more than how full it is. */
export const fillOf = ({
  pieces,
  par,
  stopped,
}: SlotView): 'stopped' | 'empty' | 'low' | 'well' => {
  if (stopped) return 'stopped';
  if (pieces <= 0) return 'empty';
  return pieces * 2 < par ? 'low' : 'well';
};
