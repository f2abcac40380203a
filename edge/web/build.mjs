// Builds the pages into dist/edge/web: one folder per page, complete with its assets, fonts and
// icon sprite, so that a port serves just the pages of its audience.
import {
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build as viteBuild } from 'vite';

const here = import.meta.dirname;
const PAGES = ['kiosk', 'counter', 'cabinet', 'admin', 'receipt', 'diag'];
/** The sentences a page paints, by the beginnings of their keys: their glyphs are preloaded. */
const SENTENCES = {
  kiosk: /^(?:a11y|app|k\w|p\d|w|unit|basis)\./,
  counter: /^(?:a11y|app|k[12x]|p\d|w|unit|basis)\./,
  cabinet: /^(?:a11y|app|c|w|unit|basis)\.|^k1\.help$/,
  admin: /^(?:a11y|al|app|c|ov|d|dv|k|n|pe|re|s|se|state|kind|screen|time|unit|st)\./,
  receipt: /^(?:a11y|app|r)\./,
  diag: /^(?:a11y|app|d|g|s|state|kind|time|unit)\./,
};
const FONTS = [
  { name: 'inter', weights: /inter-latin-wght/ },
  { name: 'noto-sans-sc', weights: /./ },
];

/** Whether a face's `unicode-range` holds one of `codePoints`. */
function covers(face, codePoints) {
  const ranges = [...face.matchAll(/U\+([\da-f]+)(?:-([\da-f]+))?/gi)].map(([, first, last]) => ({
    first: Number.parseInt(first, 16),
    last: Number.parseInt(last ?? first, 16),
  }));
  return codePoints.some((code) => ranges.some(({ first, last }) => first <= code && code <= last));
}

/** The Han characters of a page's fixed sentences. */
function hanOf(page) {
  const folder = join(here, 'shared/i18n/zh');
  const words = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const sentences = [...words.matchAll(/^ {2}'([\w.-]+)':\s*'(.*)',$/gm)];
  const painted = sentences.filter(([, key]) => SENTENCES[page].test(key));
  const han = painted.flatMap(([, , sentence]) => sentence.match(/\p{Script=Han}/gu) ?? []);
  return [...new Set(han)].map((character) => character.codePointAt(0));
}

/** Asks for the page's fonts before its style sheets do, so that no first paint lacks a glyph. */
function preloadFonts(page, folder) {
  const han = hanOf(page);
  const sheet = readFileSync(join(folder, 'fonts/fonts.css'), 'utf8');
  const faces = sheet.split(/(?=\/\* )/);
  const links = faces
    .filter((face) => face.includes('Inter') || covers(face, han))
    .flatMap((face) => /url\(\.\/([^)]+)\)/.exec(face)?.[1] ?? [])
    .map((file) => `<link rel="preload" as="font" crossorigin href="./fonts/${file}" />\n    `);
  const html = join(folder, 'index.html');
  const text = readFileSync(html, 'utf8');
  writeFileSync(
    html,
    text.replace('<link', () => `${links.join('')}<link`),
  );
}

/**
 * Every font face of the named packages in one style sheet, its files beside it. A box has no
 * Chinese font of its own: until a face is there its words stay unseen, and are never boxes.
 */
function writeFonts(root, folder) {
  const target = join(folder, 'fonts');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const faces = FONTS.flatMap(({ name, weights }) => {
    const source = join(root, 'node_modules/@fontsource-variable', name);
    const sheet = readFileSync(join(source, 'wght.css'), 'utf8');
    const wanted = sheet.split(/(?=\/\* )/).filter((face) => weights.test(face));
    for (const face of wanted) {
      const file = /files\/([\w[\]-]+\.woff2)/.exec(face)?.[1];
      if (file) place(join(source, 'files', file), join(target, file));
    }
    return wanted.map((face) =>
      face.replaceAll('./files/', './').replace('font-display: swap', 'font-display: block'),
    );
  });
  writeFileSync(join(target, 'fonts.css'), faces.join(''));
}

/** A second name for the same bytes, so that four pages hold one copy; across disks, a copy. */
function place(source, target) {
  try {
    linkSync(source, target);
  } catch (error) {
    if (error.code !== 'EXDEV' && error.code !== 'EPERM') throw error;
    copyFileSync(source, target);
  }
}

/** One SVG sprite holding only the icons named in shared/icons.json. */
function writeSprite(root, folder) {
  const icons = JSON.parse(readFileSync(join(here, 'shared/icons.json'), 'utf8'));
  const symbols = Object.entries(icons).map(([id, name]) => {
    const source = readFileSync(join(root, `node_modules/lucide-static/icons/${name}.svg`), 'utf8');
    const start = source.indexOf('>', source.indexOf('<svg')) + 1;
    const shapes = source.slice(start, source.indexOf('</svg>'));
    return `<symbol id="${id}" viewBox="0 0 24 24">${shapes}</symbol>`;
  });
  const sprite = symbols.join('').replaceAll(/\s*\n\s*/g, '');
  writeFileSync(
    join(folder, 'icons.svg'),
    `<svg xmlns="http://www.w3.org/2000/svg">${sprite}</svg>\n`,
  );
}

/** What the pages can say, one folder a language. */
function placeVoice(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const language of ['zh', 'en']) {
    const source = join(here, 'voice', language);
    mkdirSync(join(folder, language), { recursive: true });
    for (const file of readdirSync(source)) place(join(source, file), join(folder, language, file));
  }
}

const ADMIN = join(here, 'admin');

/** The room that a file of the operator's page belongs to: its folder, or its own name. */
function roomOf(file) {
  const inside = relative(ADMIN, file);
  return dirname(inside) === '.' ? basename(inside).replace(/\.\w+$/, '') : dirname(inside);
}

/** By style sheet, the rooms whose files import it: its own, and those that borrow its looks. */
function roomsOfStyles() {
  const rooms = new Map();
  for (const name of readdirSync(ADMIN, { recursive: true })) {
    if (!name.endsWith('.tsx')) continue;
    const file = join(ADMIN, name);
    for (const [, sheet] of readFileSync(file, 'utf8').matchAll(/^import '(\..*\.css)';$/gm)) {
      const path = join(dirname(file), sheet);
      rooms.set(path, [...new Set([...(rooms.get(path) ?? []), roomOf(file)])].sort());
    }
  }
  return rooms;
}

/** Shown outside the room, so at home in every one. */
const EVERYWHERE = ['overview', 'palette'];

/**
 * Style sheets stay once a room has brought them; each holds only in the rooms that import it, so
 * that a room looks the same wherever one comes from. Adds no weight to any selector.
 */
function stylesKeepToTheirRooms() {
  const rooms = roomsOfStyles();
  return {
    name: 'styles-keep-to-their-rooms',
    enforce: 'pre',
    transform(code, id) {
      const own = rooms.get(id.split('?')[0]);
      if (!own || own.every((room) => EVERYWHERE.includes(room))) return undefined;
      const where = own.map((room) => `main[data-room="${room}"]`).join(', ');
      return { code: `:where(${where}) {\n${code}\n}\n`, map: null };
    },
  };
}

async function buildPage(page, root, folder) {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'assets'), { recursive: true, force: true });
  writeFonts(root, folder);
  writeSprite(root, folder);
  await viteBuild({
    configFile: false,
    root: join(here, page),
    base: './',
    logLevel: 'warn',
    publicDir: false,
    plugins: [stylesKeepToTheirRooms()],
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'chrome109',
    },
  });
  preloadFonts(page, folder);
}

/**
 * Builds every page. `root` is the project's root (for node_modules); `folder` where to build.
 * No asset is inlined, so the pages run under `default-src 'self'` with no exception.
 */
export async function build(root, folder = join(root, 'dist/edge/web')) {
  for (const page of PAGES) await buildPage(page, root, join(folder, page));
  placeVoice(join(folder, 'voice'));
}
