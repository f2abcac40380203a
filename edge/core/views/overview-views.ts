/** GET /api/overview: what the first page shows beside the live status. Fen, local days. */
import type { Text } from '../ports.ts';

/** Something that wants a person; `n` of them, and the room where it is done. */
export interface ToDo {
  what:
    | 'disputes'
    | 'reviews'
    | 'by-hand'
    | 'unknown'
    | 'refill'
    | 'order'
    | 'expiring'
    | 'day'
    | 'backup';
  n: number;
  room: string[];
}

export interface OverviewView {
  /** The same weekday a week ago, up to this time of the day; absent where nothing was sold then. */
  weekAgo?: { sales: number; amountFen: number };
  /** The last seven days, oldest first; takings of each of 24 hours. */
  heat: { day: string; hours: number[] }[];
  /** Today's takings by category, most first. */
  categories: { category: string; amountFen: number }[];
  /** Calls for help answered today. */
  helped: number;
  /** The last seven days of recognition; absent before the first weighing. */
  hits?: { seen: number; first: number; firstFour: number };
  /** Slots that are empty, and those that are nearly. */
  stock: { empty: number; low: number; names: Text[] };
  toDos: ToDo[];
}
