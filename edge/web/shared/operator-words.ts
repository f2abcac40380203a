/** Imported first by the pages of staff, so that they can say what only staff read. */
import { operatorEn } from './i18n/operator-en.ts';
import { operatorZh } from './i18n/operator-zh.ts';
import { learnWords } from './language.ts';

learnWords({ zh: operatorZh, en: operatorEn });
