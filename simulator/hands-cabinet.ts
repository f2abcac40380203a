/** What the hands page sees of the cabinet, and what hands may do there. Types alone. */
import type { Words } from './errors.ts';

export interface CabinetSeen {
  cabinetId: string;
  label: Words;
  locked: boolean;
  open: boolean;
  deciCelsius: number;
  /** What the shopper holds. */
  hand: { at: number; sku: string; name: Words }[];
  cells: {
    shelfId: string;
    address: number;
    slots: { sku: string; name: Words; pieces: number }[];
    /** Pieces that lie here and belong elsewhere. */
    strays: Words[];
  }[];
}

export type CabinetAct = { cabinetId: string } & (
  | { act: 'cabinet-pull' }
  | { act: 'cabinet-shut' }
  | { act: 'cabinet-take'; sku: string }
  /** Back to its own place, or to the cell that is named. */
  | { act: 'cabinet-put'; at: number; shelfId?: string; address?: number }
);
