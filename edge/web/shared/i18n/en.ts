import { admin } from './en/admin.ts';
import { cabinet } from './en/cabinet.ts';
import { counter } from './en/counter.ts';
import { kiosk } from './en/kiosk.ts';
import { receipt } from './en/receipt.ts';
import { shared } from './en/shared.ts';
import type { ShopperKey } from './zh.ts';

/** The English half: the same keys, the same slots. */
export const en: Record<ShopperKey, string> = {
  ...shared,
  ...kiosk,
  ...counter,
  ...cabinet,
  ...receipt,
  ...admin,
};
