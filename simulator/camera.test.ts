import sharp from 'sharp';
import { afterEach, describe, expect, test } from 'vitest';
import { type Camera, composeFrame, type Scene, type ScenePiece, startCamera } from './camera.ts';
import { composeStill } from './camera-frame.ts';
import { demoGoods } from './goods.ts';
import { createRandom } from './random.ts';
import { realClock } from './runtime.ts';

const apple = demoGoods().find((good) => good.name.en === 'Fuji apple')!;
const broccoli = demoGoods().find((good) => good.name.en === 'Broccoli')!;

function piece(good: typeof apple, pieceId: string, at: Partial<ScenePiece> = {}): ScenePiece {
  const place = { xRatio: 0.5, yRatio: 0.5, turnDegrees: 30, scale: 1 };
  return { pieceId, sku: good.sku, picture: good.picture, ...place, ...at };
}

const empty: Scene = { pieces: [], pressed: false };
const oneApple: Scene = { pieces: [piece(apple, 'p1')], pressed: false };

const open: Camera[] = [];
async function camera(scene: () => Scene, fps = 60): Promise<Camera> {
  const started = await startCamera({ scene, clock: realClock(), random: createRandom(7), fps });
  open.push(started);
  return started;
}
afterEach(async () => {
  for (const started of open.splice(0)) await started.close();
});

/** The first `count` JPEGs of a stream, cut by each part's own Content-Length. */
async function watch(url: string, count: number): Promise<Buffer[]> {
  const aborted = new AbortController();
  const response = await fetch(url, { signal: aborted.signal });
  expect(response.headers.get('content-type')).toMatch(/^multipart\/x-mixed-replace; boundary=/);
  const frames: Buffer[] = [];
  let held: Buffer = Buffer.alloc(0);
  const body = response.body;
  if (body === null) throw new Error('no body');
  for await (const chunk of body) {
    held = Buffer.concat([held, chunk]);
    for (;;) {
      const header = /^(?:\r\n)?--yike-frame\r\n[\s\S]*?Content-Length: (\d+)\r\n\r\n/.exec(
        held.subarray(0, 200).toString('latin1'),
      );
      const length = Number(header?.[1]);
      const start = header?.[0].length ?? 0;
      if (header === null || held.length < start + length) break;
      frames.push(held.subarray(start, start + length));
      held = held.subarray(start + length);
    }
    if (frames.length >= count) break;
  }
  aborted.abort();
  return frames.slice(0, count);
}

const meanLight = async (jpeg: Buffer) => (await sharp(jpeg).greyscale().stats()).channels[0]!.mean;

/** Mean difference of two stills, in levels of 255. */
function difference(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}

describe('the camera over the pan', () => {
  test('streams JPEGs of 640 by 480 that any decoder reads', async () => {
    const { url } = await camera(() => oneApple);
    const frames = await watch(url, 3);
    for (const frame of frames) {
      const { format, width, height } = await sharp(frame).metadata();
      expect([format, width, height]).toEqual(['jpeg', 640, 480]);
    }
  });

  test('never sends the same bytes twice running, however long nothing moves', async () => {
    const frames = await watch((await camera(() => oneApple)).url, 20);
    for (const [at, frame] of frames.entries()) {
      expect(at > 0 && frame.equals(frames[at - 1]!)).toBe(false);
    }
  });

  test('shows what is laid down while it streams, and answers single stills', async () => {
    let scene = empty;
    const { url } = await camera(() => scene);
    const still = async () => {
      const answer = await fetch(url.replace('/stream', '/frame.jpg'));
      return sharp(await answer.arrayBuffer())
        .raw()
        .toBuffer();
    };
    const before = await still();
    scene = { pieces: [piece(broccoli, 'p9')], pressed: false };
    expect(difference(before, await still())).toBeGreaterThan(8);
    expect((await fetch(url.replace('/stream', '/elsewhere'))).status).toBe(404);
  });

  test('sees black with a cap on the lens and recovers when it is taken off', async () => {
    const { url, setFault } = await camera(() => oneApple);
    setFault('dark');
    expect(await meanLight((await watch(url, 1))[0]!)).toBeLessThan(10);
    setFault(undefined);
    // The first may have been on its way already.
    expect(await meanLight((await watch(url, 2))[1]!)).toBeGreaterThan(60);
  });

  test('hangs on one picture when frozen, whatever is laid down', async () => {
    let scene = oneApple;
    const { url, setFault } = await camera(() => scene);
    const [first] = await watch(url, 1);
    setFault('frozen');
    scene = empty;
    const [one, two] = await watch(url, 2);
    expect(one!.equals(two!)).toBe(true);
    expect(
      difference(await sharp(first!).raw().toBuffer(), await sharp(one!).raw().toBuffer()),
    ).toBeLessThan(6);
  });

  test('drops its viewers and answers nobody with the cable out, then comes back', async () => {
    const { url, setFault } = await camera(() => oneApple);
    const watching = watch(url, 10_000);
    setFault('gone');
    await expect(watching).rejects.toThrow();
    await expect(fetch(url)).rejects.toThrow();
    setFault(undefined);
    expect(await watch(url, 1)).toHaveLength(1);
  });

  test('ends the stream and says why when a picture file is missing', async () => {
    const lost = {
      pieces: [piece(apple, 'p1', { picture: '/nowhere/apple.webp' })],
      pressed: false,
    };
    const { url } = await camera(() => lost);
    await expect(watch(url, 1)).rejects.toThrow();
    const answer = await fetch(url.replace('/stream', '/frame.jpg'));
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('/nowhere/apple.webp');
  });
});

describe('a frame', () => {
  test('keeps a piece looking the same while it lies there, and no two pieces quite alike', async () => {
    const again = await composeStill({ pieces: [piece(apple, 'p1')], pressed: false });
    expect(difference(await composeStill(oneApple), again)).toBe(0);
    const other = await composeStill({ pieces: [piece(apple, 'p2')], pressed: false });
    expect(difference(again, other)).toBeGreaterThan(1);
  });

  test('replays byte for byte from its seed', async () => {
    const [one, two] = [createRandom(3), createRandom(3)];
    expect((await composeFrame(oneApple, one)).equals(await composeFrame(oneApple, two))).toBe(
      true,
    );
  });

  test('shows goods through a thin bag, the same from frame to frame', async () => {
    const bagged = await composeStill({ ...oneApple, bagged: true });
    expect(difference(await composeStill(oneApple), bagged)).toBeGreaterThan(5);
    expect(difference(await composeStill({ ...oneApple, bagged: true }), bagged)).toBe(0);
  });

  test('shows the hand that presses', async () => {
    const pressed = await composeStill({ ...oneApple, pressed: true });
    expect(difference(await composeStill(oneApple), pressed)).toBeGreaterThan(5);
  });

  test.each([0, 1])('holds pieces laid at the very edge (%d) and turned any way', async (edge) => {
    const pieces = [0, 45, 90, 300].map((turnDegrees, at) =>
      piece(broccoli, `e${at}`, { xRatio: edge, yRatio: edge, turnDegrees, scale: 9 }),
    );
    const still = await composeStill({ pieces, pressed: false });
    expect(still).toHaveLength(640 * 480 * 3);
  });
});
