/** `yike camera snap`, `check`: the picture a camera shows now. */
import { askBoxBytes } from '../box.ts';
import { type Answer, type Call, EXIT, failed, good, say } from '../command.ts';
import { notWritten } from '../out-file.ts';
import { withDevice } from './talk.ts';

export async function cameraSnap(call: Call): Promise<Answer> {
  return withDevice(call, 'camera', async (_, { id, state, upos }) => {
    if (state !== 'ok' && state !== 'warn') {
      const message = say('摄像头没有连上', 'The camera is not connected');
      const hint = say(`yike device show ${id}`, `yike device show ${id}`);
      return failed(upos || EXIT.offline, { code: 'E_OFFLINE', device: id, message, hint });
    }
    const asked = await askBoxBytes(call.dataDir, 'GET', `/api/diag/devices/${id}/picture`);
    if (!asked.ok) return asked.answer;
    const file = typeof call.flags.out === 'string' ? call.flags.out : `${id}.jpg`;
    const { length } = asked.value;
    return (
      notWritten(file, asked.value) ?? good({ id, file, bytes: length }, [`${file}  ${length} B`])
    );
  });
}
