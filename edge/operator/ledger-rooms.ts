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
import { lossesOf } from './losses.ts';
import { orderFile } from './order-file.ts';
import { ordersOf } from './orders.ts';
import { type OverviewParts, overviewOf } from './overview.ts';
import { sheetOf, widthsOf } from './sheet.ts';
import { syncRoomView } from './sync-room.ts';

type Store = Pick<ServeOptions, 'controller' | 'dataDir'>;

/** One for all doors: two people see the same work under way. */
export const workOn = ({ controller: { clock, ledger, config }, dataDir }: Store): LedgerWork =>
  ledgerWork({
    ...{ dataDir, clock, headSeq: () => ledger.head().seq },
    localTime: localTimeOf(config.store.timeZone),
  });

/** Verified every night, and known to the status. */
export const ledgerCheck = (
  { controller: { clock, config, announce }, dataDir }: Store,
  work: LedgerWork,
): LedgerCheck =>
  keepLedgerChecked({
    ...{ dataDir, clock, work, localTime: localTimeOf(config.store.timeZone) },
    onChange: announce,
  });

/** `shopperPages` is the address of the shoppers' port. */
export async function ledgerRooms(
  server: FastifyInstance,
  { controller, dataDir }: Store,
  access: Access,
  work: LedgerWork,
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
    losses: lossesOf(controller),
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
