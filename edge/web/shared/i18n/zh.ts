/** Every fixed sentence that a shopper's page may say, a file per area; staff's stand beside. `{name}` marks a slot. Chinese first. */
import type { OperatorKey } from './operator-zh.ts';
import { admin } from './zh/admin.ts';
import { cabinet } from './zh/cabinet.ts';
import { counter } from './zh/counter.ts';
import { kiosk } from './zh/kiosk.ts';
import { receipt } from './zh/receipt.ts';
import { shared } from './zh/shared.ts';

export const zh = {
  ...shared,
  ...kiosk,
  ...counter,
  ...cabinet,
  ...receipt,
  ...admin,
} as const;

export type ShopperKey = keyof typeof zh;
export type Key = ShopperKey | OperatorKey;
