import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  composeStill,
  darkStill,
  exposeFrame,
  type Scene,
  type ScenePiece,
  type Still,
} from './camera-frame.ts';
import type { Clock, Random } from './runtime.ts';

export { composeFrame } from './camera-frame.ts';
export type { Scene, ScenePiece };

/** `dark`: a cap on the lens. `frozen`: the same bytes for ever. `gone`: the cable is out. */
export type CameraFault = 'dark' | 'frozen' | 'gone';

export interface CameraOptions {
  /** Looked at before every frame, so it must be cheap. */
  scene: () => Scene;
  clock: Clock;
  random: Random;
  /** 0 or nothing: any free port. */
  port?: number;
  /** At most this many frames a second; 8 unless told. */
  fps?: number;
}

export interface Camera {
  /** Address of the endless MJPEG stream; `/frame.jpg` beside it answers with one still. */
  url: string;
  close(): Promise<void>;
  setFault(fault: CameraFault | undefined): void;
}

const boundary = 'yike-frame';
const usualFramesPerSecond = 8;
/** Exposures kept of one still: a camera nobody moves anything under costs next to nothing. */
const exposuresOfOneStill = 6;

interface Film {
  /** The next frame; never the same bytes twice running, unless the camera hangs. */
  next(): Promise<Buffer>;
  setFault(fault: CameraFault | undefined): void;
}

/** One still and the exposures made of it so far. */
interface Roll {
  key: string;
  still: Still;
  exposures: Buffer[];
}

/** Turns scenes into frames, remembering the still and its exposures while nothing moves. */
function createFilm(scene: () => Scene, random: Random): Film {
  let fault: CameraFault | undefined;
  let loaded: Roll = { key: '', still: darkStill(), exposures: [] };
  let latest: Buffer | undefined;

  const load = async (): Promise<Roll> => {
    const seen = scene();
    const dark = fault === 'dark';
    const key = dark ? 'dark' : JSON.stringify(seen);
    if (key === loaded.key) return loaded;
    const still = dark ? darkStill() : await composeStill(seen);
    loaded = { key, still, exposures: [] };
    return loaded;
  };
  return {
    async next() {
      if (fault === 'frozen' && latest !== undefined) return latest;
      const { still, exposures } = await load();
      const others = exposures.filter((exposure) => exposure !== latest);
      const again = others[Math.floor(random() * others.length)];
      if (exposures.length >= exposuresOfOneStill && again !== undefined) {
        latest = again;
      } else {
        latest = await exposeFrame(still, random);
        exposures.push(latest);
      }
      return latest;
    },
    setFault(next) {
      fault = next;
    },
  };
}

function writePart(response: ServerResponse, jpeg: Buffer): void {
  response.write(
    `--${boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\n\r\n`,
  );
  response.write(jpeg);
  response.write('\r\n');
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, {
    'Content-Type': `multipart/x-mixed-replace; boundary=${boundary}`,
    'Cache-Control': 'no-store',
    Connection: 'close',
  });
}

interface Watchers {
  add(response: ServerResponse): void;
  /** Lets go of everybody: a pulled cable says no goodbye. */
  drop(): void;
}

/** Sends frames to everybody who watches; composes nothing while nobody does. */
function createWatchers(film: Film, clock: Clock, periodMs: number): Watchers {
  const watching = new Set<ServerResponse>();
  let running = false;

  const shoot = async (): Promise<void> => {
    const began = clock.monoMs();
    const jpeg = await film.next();
    for (const response of watching) if (!response.writableNeedDrain) writePart(response, jpeg);
    if (watching.size === 0) {
      running = false;
      return;
    }
    clock.after(Math.max(1, periodMs - (clock.monoMs() - began)), run);
  };
  // A picture that cannot be read ends every stream, as a camera that crashes would; the next
  // viewer starts it again and is told the reason by `/frame.jpg`.
  const run = () => {
    shoot().catch((error: Error) => {
      running = false;
      for (const response of watching) response.destroy(error);
    });
  };
  return {
    add(response) {
      watching.add(response);
      response.on('close', () => watching.delete(response));
      if (running) return;
      running = true;
      run();
    },
    drop() {
      for (const response of watching) response.destroy();
    },
  };
}

/**
 * A network camera over a pan: a real HTTP server on 127.0.0.1 whose `/stream` is endless
 * `multipart/x-mixed-replace` JPEG parts of 640 × 480, and whose `/frame.jpg` is one of them.
 */
export async function startCamera(options: CameraOptions): Promise<Camera> {
  const { clock, random, scene, port = 0, fps = usualFramesPerSecond } = options;
  const film = createFilm(scene, random);
  const watchers = createWatchers(film, clock, 1000 / fps);
  let unplugged = false;

  const server = createServer((request, response) => {
    if (request.url === '/stream') {
      beginStream(response);
      watchers.add(response);
    } else if (request.url === '/frame.jpg') {
      film.next().then(
        (jpeg) => response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(jpeg),
        (error: Error) => response.writeHead(500).end(error.message),
      );
    } else {
      response.writeHead(404).end('/stream, /frame.jpg');
    }
  });
  server.on('connection', (socket) => {
    if (unplugged) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${listening}/stream`,
    setFault(fault) {
      unplugged = fault === 'gone';
      film.setFault(fault);
      if (!unplugged) return;
      watchers.drop();
      server.closeAllConnections();
    },
    async close() {
      watchers.drop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
