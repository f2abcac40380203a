/** `yike service install`: the controller as a hardened systemd unit, and stable names for ports. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type Answer, type Call, EXIT, failed, good, say, usage } from '../command.ts';
import { kioskPolicyText, kioskUnitText } from './kiosk-unit.ts';

/** `dist/run/main.js`, the command that is running. */
const COMMAND = resolve(process.argv[1] ?? '');

/**
 * The unit: no more rights than serial ports, its own directory and the network need. The young
 * generation is kept small: a store that sells all day needs little memory (systemd.exec(5)).
 */
export function unitText(options: { config: string; data: string; user: string }): string {
  const { config, data, user } = options;
  return `[Unit]
Description=Yike store controller
After=network.target
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
WatchdogSec=30
Restart=always
RestartSec=2
User=${user}
SupplementaryGroups=dialout video
ExecStart=${process.execPath} --max-semi-space-size=1 ${COMMAND} start --config ${config} --data ${data}
StateDirectory=yike
StateDirectoryMode=0711
ReadWritePaths=${data}
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
LockPersonality=yes
CapabilityBoundingSet=
AmbientCapabilities=
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
PrivateMounts=yes
RemoveIPC=yes
DevicePolicy=closed
DeviceAllow=char-ttyUSB rw
DeviceAllow=char-ttyACM rw
DeviceAllow=char-ttyS rw
DeviceAllow=char-usb_device rw
DeviceAllow=char-video4linux rw
LimitNOFILE=8192

[Install]
WantedBy=multi-user.target
`;
}

/** Serial adapters belong to the service's group, and nothing else on the bus opens them. */
export const UDEV_RULE = `# Serial adapters of a Yike store: the service may open them, ModemManager may not touch them.
SUBSYSTEM=="tty", KERNEL=="ttyUSB*|ttyACM*", GROUP="dialout", MODE="0660", ENV{ID_MM_DEVICE_IGNORE}="1"
`;

const FILES = (call: Call, config: string) => {
  const user = typeof call.flags.user === 'string' ? call.flags.user : 'yike';
  const data = resolve(call.dataDir);
  return [
    { path: 'etc/systemd/system/yike.service', text: unitText({ config, data, user }) },
    { path: 'etc/udev/rules.d/70-yike.rules', text: UDEV_RULE },
  ];
};

/** The unit of a screen and the policy of its browser; undefined where the address is none. */
function kioskFiles(call: Call, url: string): File[] | undefined {
  if (!URL.canParse(url) || !/^https?:/.test(url)) return undefined;
  const { user = 'yike-screen', browser = '/usr/bin/chromium' } = call.flags;
  return [
    {
      path: 'etc/systemd/system/yike-kiosk.service',
      text: kioskUnitText({ url, user: String(user), browser: String(browser) }),
    },
    { path: 'etc/chromium/policies/managed/yike.json', text: kioskPolicyText(url) },
  ];
}

function kioskInstall(call: Call, url: string): Answer {
  const files = kioskFiles(call, url);
  if (!files)
    return usage(
      '--kiosk 后面是屏幕要打开的地址',
      '--kiosk takes the address the screen shows',
      "yike service install --kiosk 'http://127.0.0.1:8080/kiosk/?lane=lane-1'",
    );
  return write(
    call,
    files,
    'apt install cage chromium; useradd --create-home yike-screen; systemctl enable --now yike-kiosk',
  );
}

export async function serviceInstall(call: Call): Promise<Answer> {
  const { config, root = '/', kiosk } = call.flags;
  if (typeof kiosk === 'string') return kioskInstall(call, kiosk);
  if (typeof config !== 'string' || typeof root !== 'string')
    return usage(
      '需要 --config 文件',
      '--config FILE is needed',
      'yike service install --config /etc/yike/store.json --data /var/lib/yike',
    );
  const file = resolve(config);
  if (!existsSync(file))
    return failed(EXIT.noExist, {
      code: 'E_NOEXIST',
      message: say(`没有配置文件 ${file}`, `There is no configuration ${file}`),
      hint: say('先写好配置，再安装服务', 'Write it first, then install the service'),
    });
  const next = 'useradd --system yike; systemctl daemon-reload; systemctl enable --now yike';
  return write(call, FILES(call, file), next);
}

interface File {
  path: string;
  text: string;
}

/** Below `--root`, or only shown; and what comes next. */
function write(call: Call, wanted: File[], next: string): Answer {
  const { root = '/' } = call.flags;
  const files = wanted.map(({ path, text }) => ({ path: join(String(root), path), text }));
  if (call.flags['dry-run'])
    return good(
      { files },
      files.flatMap(({ path, text }) => [`# ${path}`, ...text.trimEnd().split('\n')]),
    );
  for (const { path, text } of files) {
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text, { mode: 0o644 });
    } catch (error) {
      return failed(EXIT.refused, {
        code: 'E_NOT_WRITABLE',
        message: say(`写不了 ${path}`, `Cannot write ${path}`),
        reason: (error as Error).message,
        hint: say('用 sudo 运行', 'Run it with sudo'),
      });
    }
  }
  return good({ files: files.map(({ path }) => path), next }, [
    ...files.map(({ path }) => path),
    `${call.language === 'zh' ? '下一步：' : 'Next: '}${next}`,
  ]);
}
