// Builds the pages into dist/edge/web: one folder per page, complete with its assets, fonts and
// icon sprite, so that a port serves just the pages of its audience.
import { copyFileSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build as viteBuild } from 'vite';

const here = import.meta.dirname;
const PAGES = ['kiosk', 'counter', 'admin', 'receipt'];
const FONTS = [
  { name: 'inter', weights: /inter-latin-wght/ },
  { name: 'noto-sans-sc', weights: /./ },
];

/** Every font face of the named packages in one style sheet, its files beside it. */
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
    return wanted.map((face) => face.replaceAll('./files/', './'));
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
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'chrome109',
    },
  });
}

/**
 * Builds every page. `root` is the project's root (for node_modules); `folder` where to build.
 * No asset is inlined, so the pages run under `default-src 'self'` with no exception.
 */
export async function build(root, folder = join(root, 'dist/edge/web')) {
  for (const page of PAGES) await buildPage(page, root, join(folder, page));
}
