/**
 * Network camera that serves MJPEG: one GET whose answer, multipart/x-mixed-replace, never ends.
 * The newest picture is kept as it came; nothing is decoded here: whoever decodes one says whether
 * it is dark or covered (`judged`). Bytes: golden/mjpeg.txt; parsing: jpeg-stream.ts.
 */
import { Type } from 'typebox';
import {
  type Camera,
  type DriverContext,
  DriverError,
  defineDriver,
  type RequestWire,
  type Wire,
} from '../contract.ts';
import { say } from '../say.ts';
import { pictureFinder } from './jpeg-stream.ts';
import {
  FIRST_PICTURE_MS,
  judging,
  loginHeaders,
  loginOptions,
  type Newest,
  newest,
  pictureDecoder,
  statusRefusal,
} from './newest.ts';

const options = Type.Object(
  {
    path: Type.String({
      default: '',
      maxLength: 256,
      about: say('画面的路径，接在地址之后', 'Path of the stream after the address, e.g. /video'),
    }),
    ...loginOptions,
  },
  { additionalProperties: false },
);

interface Settings {
  path: string;
  user: string;
  password: string;
}

export const mjpeg = defineDriver<Camera>({
  name: 'mjpeg',
  kind: 'camera',
  links: ['http', 'https', 'memory'],
  can: ['latest', 'judged'],
  title: {
    zh: '网络摄像头（MJPEG）',
    en: 'Network camera with an MJPEG stream',
  },
  options,
  silenceMs: 3000,
  decoder: pictureDecoder,
  connect,
});

async function connect(
  wire: Wire,
  given: Record<string, unknown>,
  context: DriverContext,
): Promise<Camera> {
  if (wire.kind !== 'request') {
    throw new DriverError(
      'WRONG_WIRE',
      say(`${wire.address}: 需要 http 地址`, `${wire.address}: Needs an http address`),
      false,
    );
  }
  const settings: Settings = { path: '', user: '', password: '', ...given };
  const keeper = newest(context);
  const stream = await openStream(wire, settings, context, keeper);
  try {
    await keeper.first;
  } catch (error) {
    stream.close();
    throw error;
  }
  return {
    kind: 'camera',
    latest: keeper.latest,
    judged: judging(context),
    async close() {
      keeper.stop();
      stream.close();
      await wire.close();
    },
  };
}

async function openStream(
  wire: RequestWire,
  settings: Settings,
  context: DriverContext,
  keeper: Newest,
): Promise<{ close(): void }> {
  const { path, user, password } = settings;
  const headers = loginHeaders(user, password);
  const finder = pictureFinder();
  const stream = await wire.stream(
    { method: 'GET', path, headers, timeoutMs: FIRST_PICTURE_MS },
    (bytes) => {
      for (const found of finder.push(bytes)) keeper.take(found);
    },
    (reason) => keeper.lost(`${wire.address}: ${reason}`),
  );
  const refusal = refusalOf(wire.address, stream);
  if (refusal === undefined) return stream;
  keeper.stop();
  stream.close();
  context.log.debug({ status: stream.status }, 'camera refused');
  throw refusal;
}

function refusalOf(
  address: string,
  { status, headers }: { status: number; headers: Record<string, string> },
): DriverError | undefined {
  const refused = statusRefusal(address, status);
  if (refused !== undefined) return refused;
  const type = headers['content-type'] ?? '';
  if (type.toLowerCase().startsWith('multipart/x-mixed-replace')) return undefined;
  return new DriverError(
    'WRONG_DEVICE',
    say(`${address}: ${type} 不是 MJPEG`, `${address}: ${type} is no MJPEG stream`),
  );
}
