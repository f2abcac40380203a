/** Learning that is called off: a store that ends must not wait for a camera. */
import { expect, test, vi } from 'vitest';
import { learnGoods } from './learn.ts';

test('the store ends: nobody waits for a camera that shows nothing, and nothing is said', async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const said = vi.fn();
  const look = vi.fn(() => undefined);
  const placed = { take: vi.fn(), place: () => ({ ok: true }) };
  const item = { sku: '1001', priceBasis: 'kilogram', onSale: true };
  const world = { catalogue: { items: [item] }, world: placed, teaching: vi.fn() };
  const controller = {
    recognition: { samplesOf: () => 0 },
    devices: { find: look },
    clock: { monoMs: () => performance.now() },
  };
  // Only what learning asks for stands in for the call, the simulated store and the controller.
  const call = { signal: stop.signal, say: said } as never;
  learnGoods(call, world as never, { controller } as never, 1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(look).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(1);
  stop.abort();
  await vi.advanceTimersByTimeAsync(100);
  expect(vi.getTimerCount()).toBe(0);
  expect(said).not.toHaveBeenCalled();
  vi.useRealTimers();
});
