import { existsSync } from 'node:fs';

export interface FoundBrowser {
  executablePath: string;
  args: string[];
}

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Nothing that talks to the outside, and no `--single-process` (a second context would die). */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * A Chromium for tests: `$YIKE_BROWSER`, one of the system's, or the one npm installed.
 * Undefined where there is none. Throws if `$YIKE_BROWSER` names a file that does not exist.
 */
export async function findBrowser(): Promise<FoundBrowser | undefined> {
  const named = process.env.YIKE_BROWSER;
  if (named) {
    if (!existsSync(named)) throw new Error(`YIKE_BROWSER=${named} does not exist`);
    return { executablePath: named, args: QUIET };
  }
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, args: QUIET };
  try {
    const { default: chromium } = await import('@sparticuz/chromium');
    return { executablePath: await chromium.executablePath(), args: QUIET };
  } catch (error) {
    process.stderr.write(`no Chromium from npm: ${String(error)}\n`);
    return undefined;
  }
}

/** `findBrowser`, but loud where there is none: fails under `CI=true`, else says what to do. */
export async function requireBrowser(): Promise<FoundBrowser | undefined> {
  const browser = await findBrowser();
  if (browser) return browser;
  const words = 'browser test skipped: no Chromium; set YIKE_BROWSER or run npm ci';
  if (process.env.CI === 'true') throw new Error(words);
  process.stderr.write(`\n*** ${words} ***\n\n`);
  return undefined;
}
