/** Why a door of the controller could not be opened, and what to do. */
import type { Refusal } from './core/ports.ts';

export function cannotListen(what: string, where: object, error: NodeJS.ErrnoException): Refusal {
  const at = 'port' in where ? `port ${where.port}` : `${Object.values(where)[0]}`;
  if (error.code === 'EADDRINUSE')
    return {
      code: 'PORT_IN_USE',
      message: { zh: `端口已被占用：${at}（${what}）`, en: `${at} (${what}) is in use` },
      next: {
        zh: '结束占用它的程序，或在配置里换一个端口（也可用 YIKE_PORT_KIOSK 等环境变量）',
        en: 'Stop the program that holds it, or choose another port (also by YIKE_PORT_KIOSK …)',
      },
    };
  return {
    code: 'CANNOT_LISTEN',
    message: {
      zh: `打不开 ${at}（${what}）：${error.message}`,
      en: `Cannot open ${at} (${what}): ${error.message}`,
    },
    next: { zh: '检查配置里的地址和权限', en: 'Check the address and the permissions' },
  };
}
