import type { Text } from './ports.ts';

/** A sentence in both languages. */
export const say = (zh: string, en: string): Text => ({ zh, en });
