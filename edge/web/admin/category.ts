/** What people call the categories of a price book; one it made up itself keeps its own name. */
import type { Text } from '../../core/ports.ts';
import { pick } from '../shared/language.ts';
import { ownCategory } from '../shared/own-category.ts';

const NAMES = new Map<string, Text>([
  ['-', { zh: '未分类', en: 'Not sorted' }],
  ['alcohol', { zh: '酒', en: 'Alcohol' }],
  ['bakery', { zh: '烘焙', en: 'Bakery' }],
  ['dairy', { zh: '乳品', en: 'Dairy' }],
  ['drink', { zh: '饮料', en: 'Drinks' }],
  ['frozen', { zh: '冷冻', en: 'Frozen' }],
  ['fruit', { zh: '水果', en: 'Fruit' }],
  ['home', { zh: '日用', en: 'Household' }],
  ['nut', { zh: '坚果', en: 'Nuts' }],
  ['pantry', { zh: '粮油调味', en: 'Pantry' }],
  ['ready', { zh: '即食', en: 'Ready to eat' }],
  ['snack', { zh: '零食', en: 'Snacks' }],
  ['vegetable', { zh: '蔬菜', en: 'Vegetables' }],
]);

export function categoryName(category: string): string {
  const name = NAMES.get(category);
  return name ? pick(name) : ownCategory(category);
}
