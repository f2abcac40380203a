/** The figures of the first page, as the box gathers them from the ledger. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { OverviewView } from '../../core/views/overview-views.ts';
import { nowMs } from '../shared/runtime.ts';
import { ask } from './operator.ts';

const LOOK_EVERY_MS = 30_000;

/** Looked at anew twice a minute, and at once when something was sold. */
export function useOverview(sales: number): OverviewView | undefined {
  const seen = useSignal<OverviewView | undefined>(undefined);
  const beat = Math.floor(nowMs.value / LOOK_EVERY_MS);
  useEffect(() => {
    void ask<OverviewView>('GET', '/api/overview').then((answer) => {
      if (answer.ok) seen.value = answer.value;
    });
  }, [beat, sales]);
  return seen.value;
}
