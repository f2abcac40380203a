/** Sentences of the operator's and the technician's pages alone: no shopper's page loads them. */
import { alerts } from './zh/alerts.ts';
import { cabinetRoom } from './zh/cabinet-room.ts';
import { devices } from './zh/devices.ts';
import { diag } from './zh/diag.ts';
import { door } from './zh/door.ts';
import { ledgerRooms } from './zh/ledger-rooms.ts';
import { losses } from './zh/losses.ts';
import { operate } from './zh/operate.ts';
import { orders } from './zh/orders.ts';
import { overview } from './zh/overview.ts';
import { products } from './zh/products.ts';
import { promotions } from './zh/promotions.ts';
import { recognition } from './zh/recognition.ts';
import { rooms } from './zh/rooms.ts';
import { settings } from './zh/settings.ts';
import { stock } from './zh/stock.ts';

export const operatorZh = {
  ...cabinetRoom,
  ...door,
  ...diag,
  ...rooms,
  ...ledgerRooms,
  ...losses,
  ...operate,
  ...products,
  ...promotions,
  ...orders,
  ...overview,
  ...settings,
  ...devices,
  ...alerts,
  ...stock,
  ...recognition,
} as const;

export type OperatorKey = keyof typeof operatorZh;
