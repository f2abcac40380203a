/** How long people wait, in a real browser: the 95th percentile of each wait beside the longest it may be. */
import { mkdtempSync, rmSync } from 'node:fs';
import { arch, cpus, platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../edge/web/browser.ts';
import { percentile } from '../models/metrics.ts';
import type { BenchReport, BenchRow } from './recognition.ts';

/** Milliseconds of every time that one was waited for. */
export type Waits<Wait extends string> = Record<Wait, number[]>;

interface Waiting<Wait extends string> {
  /** Longest wait at the 95th percentile, ms. */
  limitMs: Record<Wait, number>;
  rounds: number;
  /** `dir` is a store's directory, gone afterwards. */
  measure(browser: Browser, dir: string, rounds: number, waits: Waits<Wait>): Promise<void>;
}

export async function benchWaits<Wait extends string>(
  waiting: Waiting<Wait>,
): Promise<BenchReport> {
  const { limitMs, rounds, measure } = waiting;
  const found = await findBrowser();
  if (!found) throw new Error('没有 Chromium，请设置 YIKE_BROWSER no Chromium: set YIKE_BROWSER');
  const dir = mkdtempSync(join(tmpdir(), 'yike-bench-waits-'));
  const names = Object.keys(limitMs) as Wait[];
  const waits = Object.fromEntries(names.map((name) => [name, []])) as never as Waits<Wait>;
  const browser = await chromium.launch(found);
  try {
    await measure(browser, dir, rounds, waits);
  } finally {
    await browser.close();
    rmSync(dir, { recursive: true, force: true });
  }
  return {
    machine: `${cpus()[0]?.model ?? arch()} × ${cpus().length}, ${platform()}, Node ${process.version}`,
    rounds,
    rows: names.map((name) => rowOf(name, limitMs[name], waits[name])),
  };
}

function rowOf(name: string, limit: number, tookMs: number[]): BenchRow {
  const value = percentile(tookMs, 0.95);
  const ratio = value / limit;
  const label = `${name}, p95 of ${tookMs.length}`;
  return { name: label, value, unit: 'ms', limit, ratio, goal: 1, met: ratio <= 1 };
}
