// Builds what the simulated store shows: pictures of its goods, and the hands page.
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build as viteBuild } from 'vite';

const here = import.meta.dirname;

/** Copies the pictures in use (256 px WebP cut-outs) out of the package that only building needs. */
async function copyPictures(root) {
  const { pictureNames } = await import(join(root, 'dist/simulator/goods.js'));
  const target = join(root, 'dist/pictures');
  mkdirSync(target, { recursive: true });
  const assets = join(root, 'node_modules/@lobehub/fluent-emoji-3d/assets');
  for (const name of pictureNames()) cpSync(join(assets, name), join(target, name));
}

/** The hands page alone, into `outDir`. */
export async function buildPage(outDir) {
  // The compiler writes into the same folder, so only the assets' own folder is swept.
  rmSync(join(outDir, 'assets'), { recursive: true, force: true });
  await viteBuild({
    configFile: false,
    root: here,
    base: './',
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'chrome109',
    },
  });
}

/** Builds into `dist/pictures` and `dist/simulator/pages`; run after the compiler. */
export async function build(root) {
  await copyPictures(root);
  await buildPage(join(root, 'dist/simulator/pages'));
}
