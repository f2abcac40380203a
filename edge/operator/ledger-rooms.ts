/** Puts what the operator asks of the ledger behind the operator's doors. */
import type { FastifyInstance } from 'fastify';
import type { Access } from '../access/access.ts';
import { localTimeOf } from '../runtime.ts';
import type { ServeOptions } from '../serve.ts';
import { audit } from '../server/audit.ts';
import { orders } from '../server/orders.ts';
import { overview } from '../server/overview.ts';
import { reports } from '../server/reports.ts';
import { syncRoom } from '../server/sync-room.ts';
import { tarGzStream } from '../technician/archive.ts';
import { auditOf } from './audit.ts';
import { keepLedgerChecked, type LedgerCheck } from './ledger-check.ts';
import { type LedgerWork, ledgerWork } from './ledger-work.ts';
import { type LossReport, lossReport } from './losses.ts';
import { orderFile } from './order-file.ts';
import { ordersOf } from './orders.ts';
import { type OverviewParts, overviewOf } from './overview.ts';
import { sheetOf, widthsOf } from './sheet.ts';
import { syncRoomView } from './sync-room.ts';

type Store = Pick<ServeOptions, 'controller' | 'dataDir'>;

/** One for all doors: two people see the same work under way, and the ledger is read once. */
export interface LedgerShared {
  work: LedgerWork;
  losses: LossReport['losses'];
}

/** With the check of every night, known to the status. */
export function sharedByDoors({ controller, dataDir }: Store) {
  const { clock, ledger, config, announce: onChange } = controller;
  const localTime = localTimeOf(config.store.timeZone);
  const work = ledgerWork({ dataDir, clock, headSeq: () => ledger.head().seq, localTime });
  const check: LedgerCheck = keepLedgerChecked({ dataDir, clock, work, localTime, onChange });
  const report = lossReport({ controller, dataDir });
  return {
    ...{ work, losses: report.losses, lastCheck: check.last },
    close() {
      for (const each of [check, report]) each.close();
    },
  };
}

/** `shopperPages` is the address of the shoppers' port. */
export async function ledgerRooms(
  server: FastifyInstance,
  { controller, dataDir }: Store,
  access: Access,
  { work, losses }: LedgerShared,
  hitDays: OverviewParts['hitDays'],
  shopperPages: () => string,
): Promise<void> {
  const { config, localDay, clock, sync } = controller;
  const localTime = localTimeOf(config.store.timeZone);
  const found = ordersOf(controller, shopperPages);
  const today = () => localDay(clock.wallMs());
  const files = { pages: found.pages, localTime, storeId: config.store.id, today };
  await server.register(orders, {
    ...found,
    file: (query, kind, language) => orderFile(files, query, kind, language),
  });
  await server.register(overview, {
    overview: () => overviewOf({ controller, hitDays, files: work.view }),
  });
  await server.register(reports, {
    losses,
    sheet: (rows) => sheetOf([rows], widthsOf(rows)),
  });
  await server.register(syncRoom, {
    room: () => syncRoomView(controller, dataDir),
    standing: sync.standing,
    tryNow: sync.tryNow,
  });
  await server.register(audit, {
    ...auditOf(controller, access, localTime),
    work: {
      ...work,
      download(name) {
        const parts = work.files(name);
        return parts.length > 0 ? tarGzStream(parts, clock.wallMs()) : undefined;
      },
    },
  });
}
