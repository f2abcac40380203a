/** When a page has painted what somebody waits for, on one clock with the process that asks. */
import type { Page } from 'playwright-core';

/** This process's clock, in milliseconds since 1970 with fractions. */
export const nowMs = (): number => performance.timeOrigin + performance.now();

const CLOCK_SAMPLES = 20;

/** How far the page's clock is ahead of ours: from the quickest of several questions. */
export async function clockAheadMs(page: Page): Promise<number> {
  let best = { tookMs: Number.POSITIVE_INFINITY, aheadMs: 0 };
  for (let sample = 0; sample < CLOCK_SAMPLES; sample += 1) {
    const askedMs = nowMs();
    const theirsMs = await page.evaluate(() => performance.timeOrigin + performance.now());
    const tookMs = nowMs() - askedMs;
    if (tookMs < best.tookMs) best = { tookMs, aheadMs: theirsMs - askedMs - tookMs / 2 };
  }
  return best.aheadMs;
}

/** Letters, pictures and icons are there, and what moves but once has ended. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.all(ending.map((each) => each.finished));
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    const frame = () => new Promise(requestAnimationFrame);
    // The icons are nobody's images: a page fetches their sprite and makes it part of itself.
    while (document.querySelector('use') && !document.querySelector('.sprite')) await frame();
    for (let drawn = 0; drawn < 2; drawn += 1) await frame();
  });
}

/** From now on the page notes, for every finger that comes down, how long until it has painted. */
export async function noteTaps(page: Page): Promise<void> {
  await page.evaluate(() => {
    const paints: number[] = [];
    Reflect.set(window, 'tapPaintsMs', paints);
    const note = (event: Event) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => paints.push(performance.now() - event.timeStamp);
        port2.postMessage('');
      });
    document.addEventListener('pointerdown', note, true);
  });
}

export const tapPaintsMs = (page: Page): Promise<number[]> =>
  page.evaluate(() => Reflect.get(window, 'tapPaintsMs') as number[]);

/**
 * Milliseconds from the beginning of `act` until the page's words match `words` and are painted.
 * Throws where they stood there before: that would be no measurement.
 */
export async function untilPainted(
  page: Page,
  words: RegExp,
  act: () => Promise<unknown>,
): Promise<number> {
  const aheadMs = await clockAheadMs(page);
  await page.evaluate(watch, words.source);
  const begunMs = nowMs();
  await act();
  const paintedMs = await page.evaluate(() => Reflect.get(window, 'seenMs') as Promise<number>);
  const tookMs = paintedMs - aheadMs - begunMs;
  if (tookMs <= 0) throw new Error(`${words.source} was there before it was waited for`);
  return tookMs;
}

/** Runs in the page. The frame after the change is painted when its message is handled. */
function watch(source: string): void {
  const words = new RegExp(source, 's');
  const page = document.getElementById('page') ?? document.body;
  const seen = new Promise<number>((resolve) => {
    const painted = () => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      port2.postMessage('');
    };
    const look = () => {
      if (!words.test(page.textContent ?? '')) return;
      changes.disconnect();
      requestAnimationFrame(painted);
    };
    const changes = new MutationObserver(look);
    changes.observe(page, { childList: true, subtree: true, characterData: true });
    look();
  });
  Reflect.set(window, 'seenMs', seen);
}
