/** How long the store can go on alone, from the room on its disk and the pace of its ledger. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { WATERMARKS } from '../box/disk.ts';
import type { RecordedEvent } from '../core/events.ts';
import type { SyncRoomView } from '../core/views/sync-views.ts';
import { LEDGER_FILE } from '../ledger/database.ts';
import type { Controller } from '../main.ts';

const DAY_MS = 86_400_000;
/** Pace is told from so many of the newest events, over at least so long. */
const PACE_EVENTS = 20_000;
const SHORTEST_MS = 3_600_000;

export function syncRoomView(controller: Controller, dataDir: string): SyncRoomView {
  const { disk, sync } = controller;
  const freeBytes = disk()?.freeBytes ?? 0;
  const bytesPerDay = paceOf(controller, dataDir);
  const usable = Math.max(0, freeBytes - WATERMARKS.last);
  return {
    messages: sync.messages(),
    room: {
      freeBytes,
      ...(bytesPerDay && { bytesPerDay, days: Math.floor(usable / bytesPerDay) }),
    },
  };
}

function paceOf({ ledger, clock }: Controller, dataDir: string): number | undefined {
  const { seq } = ledger.head();
  const from = Math.max(0, seq - PACE_EVENTS);
  const [first] = ledger.readAfter(from, 1);
  if (!first) return undefined;
  const { wallMs }: RecordedEvent = JSON.parse(first.record);
  const spanMs = clock.wallMs() - wallMs;
  if (spanMs < SHORTEST_MS) return undefined;
  const { size } = statSync(join(dataDir, LEDGER_FILE));
  return Math.round(((size / seq) * (seq - from) * DAY_MS) / spanMs);
}
