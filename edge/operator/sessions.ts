/** Everybody who is being served right now, over lanes, counters and cabinets; and a stuck one freed. */

import type { Person } from '../core/person.ts';
import type { SessionView } from '../core/views/session-view.ts';
import type { CommandAnswer } from '../core/views/views.ts';
import type { Controller } from '../main.ts';
import { assistanceOf } from './assist.ts';

/** Screens that wait for somebody. */
const IDLE = ['attract', 'ready', 'out-of-service'];

export function sessionsOf(controller: Controller) {
  const { lanes, counters, cabinets } = controller;
  return {
    list: (): SessionView[] => [
      ...lanes.map((lane): SessionView => {
        const { screen, sale } = lane.view();
        const { lines = [], totalFen = 0, saleId } = sale ?? {};
        const busy = sale !== undefined || !IDLE.includes(screen);
        const named = saleId === undefined ? {} : { saleId };
        return { id: lane.id, kind: 'lane', screen, busy, lines: lines.length, totalFen, ...named };
      }),
      ...counters.map((counter): SessionView => {
        const { screen } = counter.view();
        const busy = !IDLE.includes(screen);
        return { id: counter.id, kind: 'counter', screen, busy, lines: 0, totalFen: 0 };
      }),
      ...cabinets.map((cabinet): SessionView => {
        const { screen, visitId, count, totalFen } = cabinet.view();
        const named = visitId === undefined ? {} : { visitId };
        const busy = !IDLE.includes(screen);
        return { id: cabinet.id, kind: 'cabinet', screen, busy, lines: count, totalFen, ...named };
      }),
    ],
    /** A lane's basket is voided, a counter or panel goes back to its first screen. */
    async release(
      id: string,
      { by, reason }: { by: Person; reason: string },
      key: string,
    ): Promise<CommandAnswer | undefined> {
      const lane = lanes.find((each) => each.id === id);
      if (lane?.view().sale)
        return assistanceOf(controller).act(id, { kind: 'void-sale' }, { by, reason }, key);
      if (lane) return lane.handle({ kind: 'finish' }, key);
      const counter = counters.find((each) => each.id === id);
      if (counter) return counter.handle({ kind: 'finish' }, key);
      return cabinets.find((each) => each.id === id)?.handle({ kind: 'finish' }, key);
    },
  };
}
