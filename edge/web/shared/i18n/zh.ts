/** Every fixed sentence of the pages, a file per area. `{name}` marks a slot. Chinese first. */
import { admin } from './zh/admin.ts';
import { cabinet } from './zh/cabinet.ts';
import { cabinetRoom } from './zh/cabinet-room.ts';
import { counter } from './zh/counter.ts';
import { diag } from './zh/diag.ts';
import { door } from './zh/door.ts';
import { kiosk } from './zh/kiosk.ts';
import { ledgerRooms } from './zh/ledger-rooms.ts';
import { operate } from './zh/operate.ts';
import { orders } from './zh/orders.ts';
import { products } from './zh/products.ts';
import { promotions } from './zh/promotions.ts';
import { receipt } from './zh/receipt.ts';
import { recognition } from './zh/recognition.ts';
import { rooms } from './zh/rooms.ts';
import { shared } from './zh/shared.ts';
import { stock } from './zh/stock.ts';

export const zh = {
  ...shared,
  ...kiosk,
  ...counter,
  ...cabinet,
  ...cabinetRoom,
  ...receipt,
  ...admin,
  ...door,
  ...diag,
  ...rooms,
  ...ledgerRooms,
  ...operate,
  ...products,
  ...promotions,
  ...orders,
  ...stock,
  ...recognition,
} as const;

export type Key = keyof typeof zh;
