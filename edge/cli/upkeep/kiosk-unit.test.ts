/** The unit of a shopper's screen, its ExecStart run as it stands, but for the compositor and the glass. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireBrowser } from '../../web/browser.ts';
import { kioskUnitText } from './kiosk-unit.ts';

const found = await requireBrowser();
const PATH = '/kiosk/?lane=lane-1&name=%E6%99%A8';

/** A command line as systemd reads it (systemd.service(5)): words, quotes, and `%%` for `%`. */
function execStart(unit: string): string[] {
  const [, line = ''] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
  const words = line.match(/"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replaceAll('"', '').replaceAll('%%', '%'));
}

describe.skipIf(!found)('a shopper’s screen as its unit starts it', { timeout: 60_000 }, () => {
  let dir: string;
  let server: Server;
  let asked: string[];
  let browser: ChildProcess;

  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'yike-kiosk-unit-'));
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><meta name="viewport" content="width=device-width">');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(async () => {
    const gone = once(browser, 'exit');
    browser.kill('SIGKILL');
    await gone;
    server.closeAllConnections();
    server.close();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Runs the browser of the line with `flags`, and answers the page that it opened by itself. */
  async function run(flags: (flag: string) => boolean = () => true): Promise<Page> {
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}${PATH}`;
    const unit = kioskUnitText({ url, user: 'kiosk', browser: found?.executablePath ?? '' });
    const [cage, dashes, command = '', ...args] = execStart(unit);
    expect([cage, dashes, args.at(-1)]).toEqual(['/usr/bin/cage', '--', url]);
    // No glass and no compositor here; and somebody looks over its shoulder.
    const here = ['--headless', '--remote-debugging-port=0', `--user-data-dir=${dir}`];
    browser = spawn(command, [...here, ...(found?.args ?? []), ...args.filter(flags)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const listening = await new Promise<string>((resolve, reject) => {
      let said = '';
      browser.once('exit', (code) => reject(new Error(`ended with ${code}: ${said}`)));
      browser.stderr?.on('data', (bytes: Buffer) => {
        said += bytes.toString('utf8');
        const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
        if (address) resolve(address);
      });
    });
    browser.removeAllListeners('exit');
    const seen = await chromium.connectOverCDP(listening);
    const page = () => seen.contexts().flatMap((each) => each.pages())[0];
    await expect.poll(() => page()?.url(), { timeout: 20_000 }).toBe(url);
    return page() as Page;
  }

  /** State of a sound that nobody asked for by a touch. */
  async function soundUntouched(page: Page): Promise<unknown> {
    const line = await page.context().newCDPSession(page);
    const expression = `(async () => {
      const context = new AudioContext();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return context.state;
    })()`;
    const how = { awaitPromise: true, returnByValue: true, userGesture: false };
    const { result } = await line.send('Runtime.evaluate', { expression, ...how });
    return result.value;
  }

  async function pinched(page: Page): Promise<number> {
    const line = await page.context().newCDPSession(page);
    // Headless, two fingers on a pad are heard where two on the glass are not.
    const pinch = { x: 200, y: 200, scaleFactor: 2, gestureSourceType: 'mouse' as const };
    await line.send('Input.synthesizePinchGesture', pinch);
    return page.evaluate(() => window.visualViewport?.scale ?? 0);
  }

  it('opens that page and no other, beeps before a touch, and cannot be pinched', async () => {
    const page = await run();
    expect(asked[0]).toBe(PATH);
    expect(page.context().pages()).toHaveLength(1);
    expect(await soundUntouched(page)).toBe('running');
    expect(await pinched(page)).toBe(1);
  });

  it('without its flags is silent and can be pinched, so the test above sees them', async () => {
    const page = await run((flag) => !/autoplay|pinch/.test(flag));
    expect(await soundUntouched(page)).toBe('suspended');
    expect(await pinched(page)).toBeGreaterThan(1);
  });
});
