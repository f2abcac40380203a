/** A loss suspect in words: what was seen, what it comes to, what to do next and where. */
import type { Cell } from '../../../core/csv.ts';
import type { LossesView, LossRow } from '../../../core/views/loss-views.ts';
import { kilograms } from '../../shared/format.ts';
import { pick, t } from '../../shared/language.ts';
import { placeWords } from '../stock/store.ts';

export const LOSS_SECTIONS = ['pair', 'removals', 'weights', 'stock'] as const;
export type LossSection = (typeof LOSS_SECTIONS)[number];

export interface LossWords {
  /** Tells rows of a section apart. */
  id: string;
  saw: string;
  more?: string;
  differenceFen?: number;
  next: string;
  /** The room where it is done. */
  room: string[];
}

const MOST_PLACES = 4;
const percent = (perMille: number): string => String(perMille / 10);

export const sectionOf = ({ kind }: LossRow): LossSection => (kind === 'heavier' ? 'pair' : kind);

export function lossWords(row: LossRow): LossWords {
  switch (row.kind) {
    case 'pair': {
      const { asked, stood, differenceFen, sku, seenSku } = row;
      const names = { name: pick(row.name), seen: pick(row.seenName) };
      return {
        ...{ id: `${sku} ${seenSku}`, saw: t('lo.saw_pair', { ...names, asked, stood }) },
        ...{ differenceFen, next: t('lo.next_pair'), room: ['recognition', 'rates'] },
      };
    }
    case 'heavier': {
      const { sku, name, grams, times: n, differenceFen } = row;
      const slots = { name: pick(name), grams: kilograms(grams), n };
      return {
        ...{ id: `${sku} heavier`, saw: t('lo.saw_heavier', slots), differenceFen },
        ...{ next: t('lo.next_heavier'), room: ['devices'] },
      };
    }
    case 'removals': {
      const { laneId: lane, hour, removed, added, perMille, usualPerMille } = row;
      const hours = { from: hour, to: (hour + 1) % 24 };
      const rates = { rate: percent(perMille), usual: percent(usualPerMille) };
      return {
        ...{ id: `${lane} ${hour}`, next: t('lo.next_removals'), room: ['orders'] },
        saw: t('lo.saw_removals', { lane, ...hours, removed, added, ...rates }),
      };
    }
    case 'weights': {
      const { what, place, times: n, grams } = row;
      const room = what === 'review' || what === 'shelf' ? ['cabinets'] : ['devices'];
      return {
        ...{
          id: `${what} ${place}`,
          saw: t(`lo.saw_${what}`, { place, n, grams: kilograms(grams) }),
        },
        ...{ next: t(`lo.next_${what}`), room },
      };
    }
    case 'stock': {
      const { sku, pieces, grams, locations, differenceFen } = row;
      const amount = [
        ...(pieces > 0 ? [t('s.pieces', { n: pieces })] : []),
        ...(grams > 0 ? [kilograms(grams)] : []),
      ].join(' + ');
      const places = locations.slice(0, MOST_PLACES).map(placeWords).join(t('or.comma'));
      return {
        ...{ id: sku, saw: t('lo.saw_stock', { name: pick(row.name), amount }), differenceFen },
        ...(places && { more: t('lo.places', { places }) }),
        ...{ next: t('lo.next_stock'), room: ['stock', 'shelves'] },
      };
    }
  }
}

/** The same as the page says, for a file. */
export function lossCells({ fromDay, toDay, rows }: LossesView): Cell[][] {
  const head = [t('lo.kind'), t('lo.saw'), t('lo.difference_yuan'), t('lo.next')];
  const cells = rows.map((row): Cell[] => {
    const { saw, more, differenceFen, next } = lossWords(row);
    const amount = differenceFen === undefined ? '' : differenceFen / 100;
    return [t(`lo.${sectionOf(row)}`), more ? `${saw} ${more}` : saw, amount, next];
  });
  return [[t('lo.title'), t('lo.span', { from: fromDay, to: toDay })], head, ...cells];
}
