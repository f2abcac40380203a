import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import icons from './shared/icons.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const built = mkdtempSync(join(tmpdir(), 'yike-web-build-'));
const FIRST_LOAD_BYTES = 60 * 1024;

beforeAll(async () => {
  const { build } = await import('./build.mjs');
  await build(root, built);
}, 60_000);
afterAll(() => rmSync(built, { recursive: true }));

const page = (name: string) => readFileSync(join(built, name, 'index.html'), 'utf8');

/** Every script and style sheet of our own that the page asks for before it can show itself. */
function firstLoad(name: string): string[] {
  const links = [...page(name).matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)];
  return links.map((link) => link[1] ?? '').filter((path) => !path.endsWith('fonts.css'));
}

describe.each(['kiosk', 'counter', 'admin', 'receipt', 'diag'])('the %s page', (name) => {
  it('loads at most 60 KB of our own code and style', () => {
    const files = firstLoad(name);
    const bytes = files.map((path) => gzipSync(readFileSync(join(built, name, path))).length);
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(FIRST_LOAD_BYTES);
  });

  it('asks for nothing outside its own folder tree, and holds no inline code', () => {
    const html = page(name);
    expect(html).not.toMatch(/(?:src|href)="(?:\/|https?:)/);
    expect(html).not.toMatch(/<style|<script(?![^>]*src=)|\son\w+=|\sstyle=/);
  });
});

it('the words of a first paint have their glyphs asked for before any style sheet', () => {
  const html = page('kiosk');
  const preloads = [...html.matchAll(/rel="preload" as="font"[^>]*href="\.\/fonts\/([^"]+)"/g)];
  expect(preloads.length).toBeGreaterThan(5);
  expect(preloads.length).toBeLessThan(40);
  expect(html.lastIndexOf('rel="preload"')).toBeLessThan(html.indexOf('rel="stylesheet"'));
  const present = new Set(readdirSync(join(built, 'kiosk/fonts')));
  expect(preloads.filter((link) => !present.has(link[1] ?? ''))).toEqual([]);
  expect(readFileSync(join(built, 'kiosk/fonts/fonts.css'), 'utf8')).not.toContain('swap');
});

it('no built file names an address outside the box', () => {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' });
  const texts = files.filter((file) => /\.(?:js|css|html|svg)$/.test(file));
  const addresses = texts.flatMap((file) => {
    const found = readFileSync(join(built, file), 'utf8').match(/https?:\/\/[\w.-]+[\w/.-]*/g);
    return (found ?? []).map((address) => `${file}: ${address}`);
  });
  const namespaces = /: http:\/\/www\.w3\.org\/(?:2000\/svg|1998\/Math\/MathML|1999\/\w+)$/;
  expect(addresses.filter((address) => !namespaces.test(address))).toEqual([]);
});

it('every icon and every font face is beside the page', () => {
  const sprite = readFileSync(join(built, 'kiosk/icons.svg'), 'utf8');
  for (const id of Object.keys(icons)) expect(sprite).toContain(`<symbol id="${id}"`);
  const sheet = join(built, 'kiosk/fonts/fonts.css');
  const faces = [...readFileSync(sheet, 'utf8').matchAll(/url\(\.\/([^)]+)\)/g)];
  const present = new Set(readdirSync(dirname(sheet)));
  expect(faces.length).toBeGreaterThan(100);
  expect(faces.map((face) => face[1] ?? '').filter((file) => !present.has(file))).toEqual([]);
});

it('a room’s style holds in the rooms that import it, and in no other', () => {
  const folder = join(built, 'admin/assets');
  const first = new Set(firstLoad('admin').map((path) => path.replace('./assets/', '')));
  const later = readdirSync(folder).filter((file) => /^(?!palette|uPlot).*\.css$/.test(file));
  const rules = later
    .filter((file) => !first.has(file))
    .flatMap((file) =>
      [...readFileSync(join(folder, file), 'utf8').matchAll(/([^{}]+)\{[^{}]*\}/g)].map(
        ([, selector = '']) => `${file}: ${selector}`,
      ),
    );
  expect(rules.length).toBeGreaterThan(300);
  expect(rules.filter((rule) => !/\(?main\[data-room=/.test(rule))).toEqual([]);
});
