import type { shared as zh } from '../zh/shared.ts';

/** Words of every page. */
export const shared: Record<keyof typeof zh, string> = {
  'a11y.big': 'Large text',
  'a11y.low': 'Lower screen',
  'a11y.low_hint': 'Everything to press is below, within reach',
  'a11y.contrast': 'High contrast',
  'a11y.language': '中文',
  'app.connecting': 'Connecting',
  'app.reconnecting': 'Reconnecting',
  'app.reconnecting_hint': 'Your items are safe',
  'app.no_answer': 'The store controller did not answer',
  'app.no_answer_next': 'Wait a few seconds and tap again',
  'app.back': 'Back',
  'app.close': 'OK',
  'unit.kg': 'kg',
  'unit.g': 'g',
  'basis.each': 'each',
  'basis.kg': 'kg',
  'basis.500g': '500 g',
  'time.now': 'just now',
  'time.seconds': '{n} s',
  'time.minutes': '{n} min',
  'time.hours': '{n} h',
  'time.days': '{n} d',
  'time.ago': '{time} ago',
};
