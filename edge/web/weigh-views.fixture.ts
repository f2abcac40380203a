/** What lies on a plate and what it may be, as screens are told: goods, tiles, weights. */
import type { ItemView, TileView, WeighView } from '../core/views/views.ts';

export const STORE = { zh: '晨光里便民店', en: 'Chenguangli Store' };

function tile(
  sku: string,
  zh: string,
  en: string,
  plu: string,
  picture: string,
  unitPriceFen: number,
  amountFen: number,
): TileView {
  const price = { unitPriceFen, priceBasis: 'kg' as const, amountFen };
  return { sku, name: { zh, en }, plu, picture, ...price, confidenceBp: 5000 };
}

export const TILES: TileView[] = [
  tile('apple-fuji', '红富士苹果', 'Fuji apple', '4131', '1f34e.webp', 1196, 1035),
  tile('apple-green', '青苹果', 'Granny Smith apple', '4017', '1f34f.webp', 1380, 1194),
  tile('tomato', '番茄', 'Tomato', '4799', '1f345.webp', 796, 689),
  tile('peach', '油桃', 'Nectarine', '4378', '1f351.webp', 1560, 1349),
];

export const SIX_TILES: TileView[] = [
  ...TILES,
  tile('banana', '香蕉', 'Banana', '4011', '1f34c.webp', 698, 604),
  tile('yam', '铁棍山药', 'Chinese yam', '4817', '', 1580, 1367),
];

export const ITEMS: ItemView[] = SIX_TILES.map((candidate) => ({
  sku: candidate.sku,
  name: candidate.name,
  picture: candidate.picture,
  category: 'produce',
  plu: candidate.plu ?? '',
  unitPriceFen: candidate.unitPriceFen,
  priceBasis: candidate.priceBasis,
}));
ITEMS.push({
  sku: 'milk-250',
  name: { zh: '纯牛奶 250毫升', en: 'Fresh milk 250 ml' },
  picture: '1f95b.webp',
  category: 'dairy',
  unitPriceFen: 350,
  priceBasis: 'each',
});

const WEIGHT = {
  kind: 'stable' as const,
  grams: 875,
  tareGrams: 10,
  divisionGrams: 5,
  maxGrams: 15_000,
};

export const WEIGH: WeighView = {
  weight: WEIGHT,
  recognition: 'ready',
  tiles: TILES,
  confident: true,
};
export const EMPTY: WeighView = {
  weight: { kind: 'zero', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
  recognition: 'off',
  tiles: [],
  confident: false,
};
export const WORKING: WeighView = {
  weight: { ...WEIGHT, kind: 'moving', grams: 870 },
  recognition: 'working',
  tiles: [],
  confident: false,
  hint: { zh: '请放稳，手不要扶', en: 'Keep it still, hands off' },
};
export const UNSURE: WeighView = {
  weight: { ...WEIGHT, grams: 12_355 },
  recognition: 'unsure',
  tiles: SIX_TILES,
  confident: false,
};
export const BLIND: WeighView = { ...EMPTY, weight: WEIGHT, recognition: 'unavailable' };
export const OVERLOADED: WeighView = {
  ...EMPTY,
  weight: { kind: 'overload', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
};
export const UNDERLOADED: WeighView = {
  ...OVERLOADED,
  weight: { ...OVERLOADED.weight, kind: 'underload' },
};
export const BROKEN: WeighView = { ...OVERLOADED, weight: { ...OVERLOADED.weight, kind: 'fault' } };
export const SILENT: WeighView = {
  ...EMPTY,
  weight: { kind: 'stale', tareGrams: 0, divisionGrams: 5, maxGrams: 15_000 },
};
export const THREE: WeighView = { ...WEIGH, tiles: TILES.slice(0, 3) };
