/** What sells and when as rows for a file: today's goods and categories, the week in hours. */
import type { Cell } from '../../../core/csv.ts';
import type { OverviewView } from '../../../core/views/overview-views.ts';
import type { StatusView } from '../../../core/views/status-view.ts';
import { pick, t } from '../../shared/language.ts';
import { categoryName } from '../category.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => `${hour}:00`);

/** Amounts in yuan; weights in kilograms. */
export function sellingCells({ today }: StatusView, { categories, heat }: OverviewView): Cell[][] {
  return [
    [t('s.hot')],
    [t('rp.name'), t('rp.pieces'), t('rp.kilograms'), t('rp.sold')],
    ...today.items.map(({ name, pieces, grams, amountFen }) => [
      ...[pick(name), pieces, grams / 1000, amountFen / 100],
    ]),
    [],
    [t('rp.categories')],
    [t('rp.name'), t('rp.sold')],
    ...categories.map(({ category, amountFen }) => [categoryName(category), amountFen / 100]),
    [],
    [t('ov.heat')],
    [t('rp.day'), ...HOURS],
    ...heat.map(({ day, hours }) => [day, ...hours.map((fen) => fen / 100)]),
  ];
}
