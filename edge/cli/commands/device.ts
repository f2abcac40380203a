/** Commands about devices, their drivers and what they say. */
import { type Command, say } from '../command.ts';

export const DEVICE_COMMANDS: Command[] = [
  {
    path: ['device', 'list'],
    summary: say('所有设备的状态和原因', 'Every device, its state and why'),
    run: async (call) => (await import('../devices/device.ts')).deviceList(call),
  },
  {
    path: ['device', 'show'],
    takes: 'ID',
    summary: say('一台设备的详情和计数', 'One device with its statistics'),
    run: async (call) => (await import('../devices/device.ts')).deviceShow(call),
  },
  {
    path: ['scale', 'read'],
    takes: '[ID]',
    summary: say('读一次重量', 'Read the weight'),
    options: {
      stable: { type: 'boolean' },
      timeout: { type: 'string' },
      count: { type: 'string' },
    },
    examples: ['yike scale read --stable --timeout 3s'],
    run: async (call) => (await import('../devices/scale.ts')).scaleRead(call),
  },
  {
    path: ['decode'],
    takes: 'DRIVER',
    summary: say('把字节翻译成设备说的话', 'What a device’s bytes mean'),
    options: {
      hex: { type: 'string' },
      file: { type: 'string' },
      option: { type: 'string', multiple: true },
    },
    examples: ['yike decode enq-dc1 --hex "01 02 53 20 30 31 2E 32 33 34 6B 67 65 03 04"'],
    run: async (call) => (await import('../devices/decode.ts')).decode(call),
  },
  {
    path: ['code'],
    takes: 'TEXT',
    summary: say('一个条码或二维码的含义', 'What a scanned code means'),
    options: { role: { type: 'string' }, template: { type: 'string' } },
    examples: [
      'yike code 6901234567892',
      String.raw`yike code ']C1010952123454321331030012343922199\x1d10ABC123'`,
    ],
    run: async (call) => (await import('../devices/code.ts')).code(call),
  },
  {
    path: ['driver', 'list'],
    summary: say('支持的驱动', 'The drivers there are'),
    run: async () => (await import('../devices/driver.ts')).driverList(),
  },
];
