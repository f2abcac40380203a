/**
 * A camera on the box itself (USB, V4L2), read by ustreamer where it is installed
 * (wire/ustreamer.ts), else by ffmpeg (wire/v4l2.ts): JPEG after JPEG. The newest picture is kept as
 * it came. A program that already serves the camera over HTTP is read by the driver `mjpeg`
 * instead. Bytes: golden/v4l2.txt.
 */
import { Type } from 'typebox';
import { type Camera, DriverError, defineDriver } from '../contract.ts';
import { say } from '../say.ts';
import { cameraName, parseCameraAddress } from '../wire/v4l2.ts';
import { pictureFinder } from './jpeg-stream.ts';
import { judging, newest, pictureDecoder } from './newest.ts';

export const v4l2 = defineDriver<Camera>({
  name: 'v4l2',
  kind: 'camera',
  links: ['v4l2', 'memory'],
  can: ['latest', 'judged'],
  title: {
    zh: '本机摄像头（USB，V4L2）',
    en: 'Camera on the box itself (USB, V4L2), through ustreamer or ffmpeg',
  },
  options: Type.Object({}, { additionalProperties: false }),
  silenceMs: 3000,
  decoder: pictureDecoder,
  async connect(wire, _options, context) {
    if (wire.kind !== 'bytes') {
      const text = say(
        `${wire.address}: 需要 v4l2: 地址`,
        `${wire.address}: Needs a v4l2: address`,
      );
      throw new DriverError('WRONG_WIRE', text, false);
    }
    const { address } = wire;
    const model = address.startsWith('v4l2:')
      ? cameraName(parseCameraAddress(address).path)
      : undefined;
    if (model !== undefined) context.identify?.({ model });
    const keeper = newest(context);
    const finder = pictureFinder();
    wire.onBytes((bytes) => {
      for (const found of finder.push(bytes)) keeper.take(found);
    });
    context.signal.addEventListener('abort', () => keeper.stop(), { once: true });
    await keeper.first;
    return {
      kind: 'camera',
      latest: keeper.latest,
      judged: judging(context),
      async close() {
        keeper.stop();
        await wire.close();
      },
    };
  },
});
