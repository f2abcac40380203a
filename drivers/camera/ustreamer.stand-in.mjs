#!/usr/bin/env node
// Stands in for ustreamer in tests: its options and its /stream as ustreamer(1) has them. What the
// "device" is doing is read from its file: ok, blank (nothing plugged in), busy, gone.
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

const text = { type: 'string' };
const { values } = parseArgs({
  options: {
    ...{ device: text, resolution: text, 'desired-fps': text, format: text, encoder: text },
    ...{ unix: text, 'unix-rm': { type: 'boolean' }, 'unix-mode': text },
    'no-log-colors': { type: 'boolean' },
  },
});
const state = () => readFileSync(values.device, 'utf8').trim();
if (state() === 'busy')
  console.error('-- ERROR [stream] -- Can\u2019t open device: Device or resource busy');
if (state() === 'gone') {
  console.error('-- ERROR [main] -- it broke');
  process.exit(1);
}
if (values['unix-rm']) rmSync(values.unix, { force: true });
const [width, height] = values.resolution.split('x').map(Number);

// A whole small JPEG that tells the size it was asked for; a blank one says another.
function picture(wide, high) {
  const size = [high >> 8, high & 255, wide >> 8, wide & 255];
  const frame = [0xff, 0xc0, 0, 11, 8, ...size, 1, 1, 0x11, 0];
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3];
  return Buffer.from([0xff, 0xd8, ...frame, ...scan, 0xff, 0xd9]);
}

const server = createServer((asked, answer) => {
  const { pathname, searchParams } = new URL(asked.url, 'http://x');
  if (pathname !== '/stream') return answer.writeHead(404).end();
  answer.writeHead(200, {
    'content-type': 'multipart/x-mixed-replace;boundary=boundarydonotcross',
  });
  answer.write('--boundarydonotcross\r\n');
  const timer = setInterval(() => {
    const online = state() === 'ok';
    const jpeg = online ? picture(width, height) : picture(640, 480);
    const extra =
      searchParams.get('extra_headers') === '1' ? `X-UStreamer-Online: ${online}\r\n` : '';
    answer.write(
      `Content-Type: image/jpeg\r\nContent-Length: ${jpeg.length}\r\nX-Timestamp: 0.0\r\n${extra}\r\n`,
    );
    answer.write(jpeg);
    answer.write('\r\n--boundarydonotcross\r\n');
  }, 1000 / Number(values['desired-fps']));
  answer.on('close', () => clearInterval(timer));
});
server.listen(values.unix);
