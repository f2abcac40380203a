/**
 * The first day of the demonstration store: somebody lays every loose good on the counter's plate
 * ten times and the store learns it through its own camera. Nothing learnt comes with the project.
 */
import type { Camera } from '../../../drivers/contract.ts';
import type { Call } from '../command.ts';
import { say } from '../command.ts';
import type { Running } from '../upkeep/start.ts';
import type { DemoWorld } from './world.ts';

export const SHOTS = 10;
const COUNTER = 'counter-1';
const PLATE = 'plate-1';
/** A picture asked for after the goods were laid down has left the camera by then. */
const FRESH_MS = 140;
const CAMERA_PATIENCE_MS = 30_000;

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Starts teaching in the background; the store sells meanwhile, by its pick list. */
export function learnGoods(call: Call, world: DemoWorld, running: Running, count: number): void {
  const untaught = world.catalogue.items.filter(
    ({ sku, priceBasis, onSale }) =>
      priceBasis !== 'each' && onSale && running.controller.recognition.samplesOf(sku) < SHOTS,
  );
  // `--learn N`: only the first N goods, for a quick look; the others are found by the list.
  const wanted = untaught.slice(0, count);
  if (wanted.length === 0) return;
  teachAll(call, world, running, wanted).catch((error: Error) => {
    if (call.signal.aborted) return;
    call.say(say(`学习中断：${error.message}`, `Learning stopped: ${error.message}`));
  });
}

type Item = DemoWorld['catalogue']['items'][number];

async function teachAll(call: Call, world: DemoWorld, running: Running, items: Item[]) {
  const { controller, served } = running;
  const shots = Array.from({ length: SHOTS }, (_, shot) => shot);
  let done = 0;
  for (const item of items) {
    for (const shot of shots) {
      if (!(await laidDown(call, world, item.sku, shot, running))) return;
      const taught = await controller.teach(COUNTER, item.sku);
      if (!taught.ok) throw new Error(`${item.sku}: ${taught.refusal.message.en}`);
      served.showTeaching(done * SHOTS + shot + 1, items.length * SHOTS, item.sku);
    }
    done += 1;
    const { zh, en } = item.name;
    call.say(say(`学习 ${done}/${items.length}  ${zh}`, `Learning ${done}/${items.length}  ${en}`));
    if (done % 10 === 0) await controller.publish();
  }
  world.world.take(PLATE, 'all');
  world.teaching(undefined);
  const published = await controller.publish();
  if (!published.ok) throw new Error(published.refusal.message.en);
  const { version, samples } = published.value;
  served.showTeaching(0, 0, undefined);
  call.say(
    say(
      `学会了 ${items.length} 种商品（${samples} 张样本，第 ${version} 版）`,
      `Learnt ${items.length} items (${samples} samples, version ${version})`,
    ),
  );
}

/** One to three pieces, laid down anew, and a camera picture that shows them; false where it ends. */
async function laidDown(
  { signal }: Call,
  world: DemoWorld,
  sku: string,
  shot: number,
  { controller }: Running,
): Promise<boolean> {
  if (signal.aborted) return false;
  const camera = controller.devices.find('camera-1');
  world.teaching(shot);
  world.world.take(PLATE, 'all');
  const placed = world.world.place(PLATE, sku, 1 + (shot % 3));
  if (!placed.ok) throw new Error(placed.refusal.message.en);
  const since = controller.clock.monoMs();
  while (controller.clock.monoMs() - since < CAMERA_PATIENCE_MS) {
    const frame = camera?.current<Camera>()?.latest(500);
    if (frame && frame.atMs > since + FRESH_MS) return true;
    await sleep(15);
    if (signal.aborted) return false;
  }
  throw new Error('camera-1 shows no picture');
}
