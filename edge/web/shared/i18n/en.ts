import { admin } from './en/admin.ts';
import { cabinet } from './en/cabinet.ts';
import { cabinetRoom } from './en/cabinet-room.ts';
import { counter } from './en/counter.ts';
import { diag } from './en/diag.ts';
import { door } from './en/door.ts';
import { kiosk } from './en/kiosk.ts';
import { ledgerRooms } from './en/ledger-rooms.ts';
import { operate } from './en/operate.ts';
import { orders } from './en/orders.ts';
import { products } from './en/products.ts';
import { promotions } from './en/promotions.ts';
import { receipt } from './en/receipt.ts';
import { recognition } from './en/recognition.ts';
import { rooms } from './en/rooms.ts';
import { shared } from './en/shared.ts';
import { stock } from './en/stock.ts';
import type { Key } from './zh.ts';

/** The English half: the same keys, the same slots. */
export const en: Record<Key, string> = {
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
};
