import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const sheet = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function tokens(css: string): Record<string, string> {
  const pairs = [...css.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)];
  return Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]]));
}

const [pageSheet = '', contrastSheet = ''] = sheet.split(':root[data-contrast]');
const [lightSheet = '', darkSheet = ''] = pageSheet.split(':root[data-theme="dark"]');
const light = tokens(lightSheet);
const dark = { ...light, ...tokens(darkSheet) };
const stark = { ...light, ...tokens(contrastSheet) };

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0);
}

function contrast(first: string, second: string): number {
  const [lighter = 0, darker = 0] = [luminance(first), luminance(second)].sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;

/** Foreground, ground, floor: every pair the style sheets use. */
const PAIRS: [string, string, number][] = [
  ['t1', 'page', TEXT],
  ['t1', 'card', TEXT],
  ['t2', 'page', TEXT],
  ['t2', 'card', TEXT],
  ['t2', 'brand-tint', TEXT],
  ['t3', 'card', TEXT],
  ['control', 'card', SHAPE],
  ['control', 'page', SHAPE],
  ['brand', 'card', TEXT],
  ['on-brand', 'brand', TEXT],
  ['on-brand', 'brand-strong', TEXT],
  ['brand-strong', 'brand-tint', TEXT],
  ['focus', 'card', SHAPE],
  ['focus', 'page', SHAPE],
  ...['ok', 'warn', 'bad', 'off', 'info'].flatMap((state): [string, string, number][] => [
    [`${state}-text`, `${state}-tint`, TEXT],
    [`${state}-text`, 'card', TEXT],
  ]),
  ['dial-text', 'dial', TEXT],
  ['dial-text', 'dial-raised', TEXT],
  ['dial-quiet', 'dial', TEXT],
  ['dial-quiet', 'dial-raised', TEXT],
  ['dial-ok', 'dial', TEXT],
  ['dial-warn', 'dial-raised', TEXT],
  ['dial-ok', 'dial-raised', SHAPE],
  ['dial', 'dial-ok', TEXT],
  ['info-text', 'card', SHAPE],
];

describe.each([
  ['by day', light],
  ['by night', dark],
])('colours %s', (_, colours) => {
  it.each(PAIRS)('%s can be read on %s', (front, ground, floor) => {
    expect(contrast(colours[front] ?? '', colours[ground] ?? '')).toBeGreaterThanOrEqual(floor);
  });
});

/** 高对比: WCAG's enhanced contrast, and shapes as strong as text. */
const STARK = 7;

it.each(PAIRS)('with high contrast %s stands out from %s', (front, ground) => {
  expect(contrast(stark[front] ?? '', stark[ground] ?? '')).toBeGreaterThanOrEqual(STARK);
});

it('the pay button can be read', () => {
  for (const colours of [light, stark])
    expect(contrast(colours['on-pay'] ?? '', colours.pay ?? '')).toBeGreaterThanOrEqual(TEXT);
});

it('black on white measures 21, so the ruler itself is right', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
});
