import { alerts } from './en/alerts.ts';
import { cabinetRoom } from './en/cabinet-room.ts';
import { devices } from './en/devices.ts';
import { diag } from './en/diag.ts';
import { door } from './en/door.ts';
import { ledgerRooms } from './en/ledger-rooms.ts';
import { losses } from './en/losses.ts';
import { operate } from './en/operate.ts';
import { orders } from './en/orders.ts';
import { overview } from './en/overview.ts';
import { products } from './en/products.ts';
import { promotions } from './en/promotions.ts';
import { recognition } from './en/recognition.ts';
import { rooms } from './en/rooms.ts';
import { settings } from './en/settings.ts';
import { stock } from './en/stock.ts';
import type { OperatorKey } from './operator-zh.ts';

/** The English half of what only staff read. */
export const operatorEn: Record<OperatorKey, string> = {
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
};
