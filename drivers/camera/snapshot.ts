/**
 * Network camera that gives one JPEG for one GET (most IP cameras have such an address). Asked
 * again and again; the newest picture is kept as it came. A picture that is cut off, or an answer
 * that is none, costs that picture and is counted. Bytes: golden/snapshot.txt.
 */
import { type Static, Type } from 'typebox';
import {
  type Camera,
  type DriverContext,
  DriverError,
  defineDriver,
  type RequestWire,
  WireError,
} from '../contract.ts';
import { say } from '../say.ts';
import { type Found, pictureFinder } from './jpeg-stream.ts';
import {
  judging,
  loginHeaders,
  loginOptions,
  type Newest,
  newest,
  pictureDecoder,
  statusRefusal,
} from './newest.ts';

const ANSWER_MS = 2000;
/** Answers without a picture in a row before a person is told. */
const LOST_TO_WARN = 3;
/** A camera that refuses at once is not asked faster than this. */
const AFTER_FAILURE_MS = 500;

const options = Type.Object(
  {
    path: Type.String({
      default: '',
      maxLength: 256,
      about: say(
        '抓图的路径，接在地址之后',
        'Path of the picture after the address, e.g. /snap.jpg',
      ),
    }),
    ...loginOptions,
    everyMs: Type.Integer({
      default: 250,
      minimum: 100,
      maximum: 2000,
      about: say('抓图间隔（毫秒）', 'Milliseconds from one picture to the next'),
    }),
  },
  { additionalProperties: false },
);
type Settings = Static<typeof options>;

export const snapshot = defineDriver<Camera>({
  name: 'snapshot',
  kind: 'camera',
  links: ['http', 'https', 'memory'],
  can: ['latest', 'judged'],
  title: {
    zh: '网络摄像头（抓图）',
    en: 'Network camera with a snapshot address',
  },
  options,
  silenceMs: 6000,
  decoder: pictureDecoder,
  async connect(wire, given, context) {
    if (wire.kind !== 'request') {
      const text = say(`${wire.address}: 需要 http 地址`, `${wire.address}: Needs an http address`);
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const settings: Settings = { path: '', user: '', password: '', everyMs: 250, ...given };
    const keeper = newest(context);
    const refusal = await shoot(wire, settings, keeper);
    if (refusal !== undefined) {
      keeper.stop();
      throw refusal;
    }
    const stop = keepShooting(wire, settings, context, keeper);
    return {
      kind: 'camera',
      latest: keeper.latest,
      judged: judging(context),
      async close() {
        stop();
        keeper.stop();
        await wire.close();
      },
    };
  },
});

/** One picture taken; why there is none, otherwise. */
async function shoot(
  wire: RequestWire,
  { path, user, password }: Settings,
  keeper: Newest,
): Promise<DriverError | undefined> {
  const headers = loginHeaders(user, password);
  try {
    const request = { method: 'GET', path, headers, timeoutMs: ANSWER_MS } as const;
    const { status, headers: said, body } = await wire.request(request);
    const refused = statusRefusal(wire.address, status);
    if (refused !== undefined) return refused;
    const finder = pictureFinder();
    const found = [...finder.push(body), ...finder.end()];
    for (const one of found) keeper.take(one);
    if (found.some(isPicture)) return undefined;
    const type = said['content-type'] ?? '';
    if (/^image\/jpe?g/i.test(type)) {
      return new DriverError(
        'NO_REPLY',
        say(`${wire.address}: 画面不完整`, `${wire.address}: The picture is cut off`),
      );
    }
    const text = say(
      `${wire.address}: ${type} 不是 JPEG 画面`,
      `${wire.address}: ${type} is no JPEG picture`,
    );
    return new DriverError('WRONG_DEVICE', text);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return new DriverError('NO_REPLY', error.text);
  }
}

const isPicture = (found: Found): boolean => 'jpeg' in found;

/** Asks for ever; what is returned ends it. */
function keepShooting(
  wire: RequestWire,
  settings: Settings,
  context: DriverContext,
  keeper: Newest,
): () => void {
  const { clock } = context;
  let stopped = false;
  let lost = 0;
  let cancel = (): void => {};
  const again = (startedMs: number, leastMs: number): void => {
    if (stopped || context.signal.aborted) return;
    const passedMs = clock.monoMs() - startedMs;
    cancel = clock.after(Math.max(leastMs, settings.everyMs - passedMs), () => void next());
  };
  const next = async (): Promise<void> => {
    const startedMs = clock.monoMs();
    const refusal = await shoot(wire, settings, keeper);
    if (stopped) return;
    if (refusal === undefined) {
      if (lost >= LOST_TO_WARN) context.warn(undefined);
      lost = 0;
      return again(startedMs, 0);
    }
    context.count('CommunicationErrorCount');
    if (++lost === LOST_TO_WARN) context.warn('CAM_LOST', refusal.text);
    return again(startedMs, AFTER_FAILURE_MS);
  };
  again(clock.monoMs(), 0);
  const end = (): void => {
    stopped = true;
    cancel();
  };
  context.signal.addEventListener('abort', end, { once: true });
  return end;
}
