import { pick } from './language.ts';

/** A category a store made up stands as its price book writes it; in two languages as `熟食区/Deli`. */
export function ownCategory(category: string): string {
  const [zh = category, en = zh] = category.split('/');
  return pick({ zh, en });
}
